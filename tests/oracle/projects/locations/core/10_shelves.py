"""10 shelves"""

revision = "aa0000000001"
down_revision = None
branch_labels = ("core",)

def upgrade():
    pass


def downgrade():
    pass
