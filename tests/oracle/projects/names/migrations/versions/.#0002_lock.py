""""""

revision = "ae00000000f2"
down_revision = 'ae0000000001'


def upgrade():
    pass


def downgrade():
    pass
