"""The partner associations of the demonstration school, and who leads them."""

from ecopter.associations.models import Association, Mandate
from ecopter.associations.rules import AssociationStatus
from ecopter.seeding.rules.demo_mandates import drawn_facts, mandates
from ecopter.seeding.services.demo.people import FOUNDED_AT
from ecopter.seeding.services.demo.places import Loading
from ecopter.seeding.services.demo.rows import add_all, put_all


def load_associations(loading: Loading) -> None:
    """Every association of the files, with a mandate for each leader who was trained."""
    rows = loading.files.associations
    facts = {
        row["number"]: drawn_facts(
            loading.draw, loading.files.draws, row["number"], row["department"]
        )
        for row in rows
    }
    ids = add_all(
        Association,
        [
            {
                "name": row["name"],
                "name_ar": row["name_ar"],
                "department": row["department"],
                "town": facts[row["number"]].town,
                "rna": f"W{row['department']}DEMO{int(row['number']):03d}",
                "founded_in": facts[row["number"]].founded_in,
                "member_count": int(row["members"]),
                "activity": facts[row["number"]].activity,
                "commune": facts[row["number"]].commune,
                "website": facts[row["number"]].website,
                "status": AssociationStatus.PARTNER,
                "is_demo": True,
                "created_at": FOUNDED_AT,
            }
            for row in rows
        ],
    )
    by_number = dict(zip((row["number"] for row in rows), ids, strict=True))
    put_all(
        Mandate,
        [
            {
                "association_id": by_number[mandate.association],
                "user_id": loading.users[mandate.person],
                "office": mandate.office,
                "from_on": mandate.from_on,
                "until_on": mandate.until_on,
            }
            for mandate in mandates(loading.draw, loading.files)
        ],
    )
