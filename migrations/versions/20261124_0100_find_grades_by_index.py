"""Find the grades of a gradebook, and their levels, by index alone"""

import sqlalchemy as sa
from alembic import op

revision = "20261124_0100"
down_revision = "20261123_2231"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_criterion_scores_grade_id_level", "criterion_scores", ["grade_id", "level"])
    op.drop_index("ix_criterion_scores_grade_id", "criterion_scores")
    op.create_index("ix_grades_enrolment_id_lesson_id", "grades", ["enrolment_id", "lesson_id"])
    op.drop_index("ix_grades_enrolment_id", "grades")
    op.create_index(
        "ix_grades_unpublished",
        "grades",
        ["enrolment_id", "lesson_id"],
        sqlite_where=sa.text("published_at IS NULL"),
        postgresql_where=sa.text("published_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_grades_unpublished", "grades")
    op.create_index("ix_grades_enrolment_id", "grades", ["enrolment_id"])
    op.drop_index("ix_grades_enrolment_id_lesson_id", "grades")
    op.create_index("ix_criterion_scores_grade_id", "criterion_scores", ["grade_id"])
    op.drop_index("ix_criterion_scores_grade_id_level", "criterion_scores")
