"""0001 start"""

revision = "af0000000001"
down_revision = None


def upgrade():
    pass


def downgrade():
    pass
