"""20 rates"""

revision = "aa0000000002"
down_revision = 'aa0000000001'


def upgrade():
    pass


def downgrade():
    pass
