"""All marks of a cohort side by side, and what they say of each competence."""
