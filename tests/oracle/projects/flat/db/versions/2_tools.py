"""2 tools"""

revision = "ac0000000002"
down_revision = 'ac0000000001'


def upgrade():
    pass


def downgrade():
    pass
