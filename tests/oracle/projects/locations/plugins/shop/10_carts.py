"""10 carts"""

revision = "bb0000000001"
down_revision = None
branch_labels = "shop"
depends_on = "core"

def upgrade():
    pass


def downgrade():
    pass
