""""""

revision = "ae0000000002"
down_revision = 'ae0000000001'


def upgrade():
    pass


def downgrade():
    pass
