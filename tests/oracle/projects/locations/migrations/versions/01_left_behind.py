"""01 left behind"""

revision = "cc0000000001"
down_revision = None


def upgrade():
    pass


def downgrade():
    pass
