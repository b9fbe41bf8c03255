"""z loans"""

revision = "ab0000000004"
down_revision = 'ab0000000002'


def upgrade():
    pass


def downgrade():
    pass
