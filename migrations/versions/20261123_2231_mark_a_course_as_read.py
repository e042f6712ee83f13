"""Mark a course as read"""

import sqlalchemy as sa
from alembic import op

revision = "20261123_2231"
down_revision = "20261123_2141"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("curricula", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("mark", sa.String(length=32), server_default="", nullable=False)
        )



def downgrade() -> None:
    with op.batch_alter_table("curricula", schema=None) as batch_op:
        batch_op.drop_column("mark")

