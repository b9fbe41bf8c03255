"""a tools"""

revision = "ab0000000002"
down_revision = 'ab0000000001'


def upgrade():
    pass


def downgrade():
    pass
