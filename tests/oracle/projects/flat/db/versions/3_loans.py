"""3 loans"""

revision = "ac0000000003"
down_revision = 'ac0000000002'


def upgrade():
    pass


def downgrade():
    pass
