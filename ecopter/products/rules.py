"""The official signs of quality and origin that a product can carry."""

from enum import StrEnum


class Sign(StrEnum):
    """As the catalogues of the two ministries print them."""

    AOP = "aop"
    IGP = "igp"
    IG = "ig"
    LABEL_AGRICOLE = "label_agricole"
    LABEL_ROUGE = "label_rouge"
    IGP_AND_LABEL_ROUGE = "igp_and_label_rouge"
