"""05 first try"""

revision = "bb00000000ff"
down_revision = 'aa0000000002'


def upgrade():
    pass


def downgrade():
    pass
