"""4 fines"""

revision = "ac0000000004"
down_revision = 'ac0000000003'


def upgrade():
    pass


def downgrade():
    pass
