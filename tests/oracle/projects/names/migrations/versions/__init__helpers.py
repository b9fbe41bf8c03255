"""  init  helpers"""

revision = "ae00000000f1"
down_revision = 'ae0000000001'


def upgrade():
    pass


def downgrade():
    pass
