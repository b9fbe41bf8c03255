"""a tools"""

revision = "ab0000000003"
down_revision = 'ab0000000002'


def upgrade():
    pass


def downgrade():
    pass
