"""a2"""

revision = "ad0000000002"
down_revision = 'ad0000000001'


def upgrade():
    pass


def downgrade():
    pass
