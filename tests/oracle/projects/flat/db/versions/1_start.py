"""1 start"""

revision = "ac0000000001"
down_revision = None


def upgrade():
    pass


def downgrade():
    pass
