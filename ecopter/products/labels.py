"""Words for signs: their names, and what each says of a product, in one plain sentence."""

from ecopter.platform.i18n import lazy as _
from ecopter.products.rules import Sign

SIGN = {
    Sign.AOP: _("AOP (protected designation of origin)"),
    Sign.IGP: _("IGP (protected geographical indication)"),
    Sign.IG: _("IG (geographical indication)"),
    Sign.LABEL_AGRICOLE: _("Agricultural label"),
    Sign.LABEL_ROUGE: _("Label Rouge"),
    Sign.IGP_AND_LABEL_ROUGE: _("IGP and Label Rouge"),
}
# As a list has room for.
SIGN_SHORT = {
    Sign.AOP: _("AOP"),
    Sign.IGP: _("IGP"),
    Sign.IG: _("IG"),
    Sign.LABEL_AGRICOLE: _("Agricultural label"),
    Sign.LABEL_ROUGE: _("Label Rouge"),
    Sign.IGP_AND_LABEL_ROUGE: _("IGP and Label Rouge"),
}
NO_SIGN = _("sign not given")
MEANING = {
    Sign.AOP: _(
        "The whole product comes from its place, made there with local know-how: what it is, it "
        "owes to that place and its people."
    ),
    Sign.IGP: _(
        "The product is tied to its place by a quality or a reputation, and at least one step of "
        "its making happens there."
    ),
    Sign.IG: _(
        "The product comes from the place it is named after, and owes a quality or a reputation "
        "to that place."
    ),
    Sign.LABEL_AGRICOLE: _(
        "The product meets a higher level of quality than similar ones, whatever its place of "
        "origin."
    ),
    Sign.LABEL_ROUGE: _(
        "The product meets a higher level of quality than similar ones, whatever its place of "
        "origin."
    ),
    Sign.IGP_AND_LABEL_ROUGE: _(
        "The product is tied to its place and also meets a higher level of quality than similar "
        "ones."
    ),
}
