"""15 offers"""

revision = "bb0000000002"
down_revision = 'bb0000000001'
depends_on = ["aa0000000002"]

def upgrade():
    pass


def downgrade():
    pass
