"""The eleven tables of the DSA's harmonised transparency reports (Implementing Regulation (EU) 2024/2835, Annex I).

Sheets and files are told by their number, because names are translated; columns by their place, because headers are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from normalize import countries
from normalize.facts import fold, words

BASE = ("applicability", "service", "period")
RESTRICTIONS = (
    "measures", "measures_automated", "visibility_removal", "visibility_disable", "visibility_demoted",
    "visibility_age_restricted", "visibility_interaction_restricted", "visibility_labelled", "visibility_other",
    "monetary_suspension", "monetary_termination", "monetary_other", "provision_suspension", "provision_termination",
    "account_suspension", "account_termination",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """A table: the columns that name a row, then those with values, then a context column for each of them or one."""

    number: int
    keys: tuple[str, ...]
    values: tuple[str, ...]
    contexts: int = 0

    @property
    def width(self) -> int:
        return len(self.keys) + len(self.values) + self.contexts


LAYOUTS = {
    layout.number: layout
    for layout in (
        Layout(number=1, keys=("applicability", "service", "indicator"), values=("value",)),
        Layout(number=2, keys=("label",), values=("description", "code"), contexts=1),
        Layout(
            number=3, keys=(*BASE, "category", "other", "scope"), contexts=7,
            values=("orders_to_act", "orders_to_act_items", "orders_to_act_median_inform",
                    "orders_to_act_median_effect", "orders_for_information", "orders_for_information_median_inform",
                    "orders_for_information_median_effect"),
        ),
        Layout(
            number=4, keys=(*BASE, "category", "other"), contexts=10,
            values=("notices", "notices_trusted_flaggers", "items", "items_trusted_flaggers", "median_time",
                    "median_time_trusted_flaggers", "actions_law", "actions_law_trusted_flaggers", "actions_terms",
                    "actions_terms_trusted_flaggers"),
        ),
        Layout(number=5, keys=(*BASE, "category", "other"), values=RESTRICTIONS, contexts=16),
        Layout(number=6, keys=(*BASE, "category", "other"), values=RESTRICTIONS, contexts=16),
        Layout(number=7, keys=(*BASE, "section", "indicator", "scope"), values=("value",), contexts=1),
        Layout(number=8, keys=(*BASE, "section", "indicator", "scope"), values=("value",), contexts=1),
        Layout(number=9, keys=(*BASE, "section", "indicator", "scope"), values=("value",), contexts=1),
        Layout(number=10, keys=(*BASE, "section", "indicator", "scope"), values=("value",)),
        Layout(number=11, keys=(*BASE, "indicator"), values=("value",)),
    )
}  # fmt: skip
CATEGORIES = words(
    "ANIMAL_WELFARE CONSUMER_INFORMATION CYBER_VIOLENCE CYBER_VIOLENCE_AGAINST_WOMEN "
    "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS ILLEGAL_OR_HARMFUL_SPEECH INTELLECTUAL_PROPERTY_INFRINGEMENTS "
    "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS PROTECTION_OF_MINORS RISK_FOR_PUBLIC_SECURITY SCAMS_AND_FRAUD "
    "SELF_HARM UNSAFE_AND_PROHIBITED_PRODUCTS VIOLENCE OTHER_VIOLATION_TC NOT_SPECIFIED_ORDER NOT_SPECIFIED_NOTICE"
)
# Table 2 of the template: the keywords of each category. OTHER is one of all of them.
_BELOW = {
    "ANIMAL_WELFARE": "ANIMAL_HARM UNLAWFUL_SALE_ANIMALS",
    "CONSUMER_INFORMATION":
        "HIDDEN_ADVERTISEMENT INSUFFICIENT_INFORMATION_ON_TRADERS MISLEADING_INFO_GOODS_SERVICES "
        "MISLEADING_INFO_CONSUMER_RIGHTS NONCOMPLIANCE_PRICING",
    "CYBER_VIOLENCE":
        "CYBER_BULLYING_INTIMIDATION CYBER_HARASSMENT CYBER_INCITEMENT CYBER_STALKING "
        "NON_CONSENSUAL_IMAGE_SHARING NON_CONSENSUAL_MATERIAL_DEEPFAKE",
    "CYBER_VIOLENCE_AGAINST_WOMEN":
        "BULLYING_AGAINST_GIRLS CYBER_HARASSMENT_AGAINST_WOMEN CYBER_STALKING_AGAINST_WOMEN "
        "FEMALE_GENDERED_DISINFORMATION INCITEMENT_AGAINST_WOMEN NON_CONSENSUAL_IMAGE_SHARING_AGAINST_WOMEN "
        "NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN",
    "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS":
        "BIOMETRIC_DATA_BREACH DATA_FALSIFICATION MISSING_PROCESSING_GROUND RIGHT_TO_BE_FORGOTTEN",
    "ILLEGAL_OR_HARMFUL_SPEECH": "DEFAMATION DISCRIMINATION HATE_SPEECH",
    "INTELLECTUAL_PROPERTY_INFRINGEMENTS":
        "COPYRIGHT_INFRINGEMENT DESIGN_INFRINGEMENT GEOGRAPHIC_INDICATIONS_INFRINGEMENT PATENT_INFRINGEMENT "
        "TRADE_SECRET_INFRINGEMENT TRADEMARK_INFRINGEMENT",
    "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS":
        "MISINFORMATION_DISINFORMATION VIOLATION_EU_LAW VIOLATION_NATIONAL_LAW",
    "PROTECTION_OF_MINORS":
        "AGE_SPECIFIC_RESTRICTIONS_MINORS CHILD_SEXUAL_ABUSE_MATERIAL CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE "
        "GROOMING_SEXUAL_ENTICEMENT_MINORS UNSAFE_CHALLENGES",
    "RISK_FOR_PUBLIC_SECURITY":
        "ILLEGAL_ORGANIZATIONS RISK_ENVIRONMENTAL_DAMAGE RISK_PUBLIC_HEALTH TERRORIST_CONTENT",
    "SCAMS_AND_FRAUD":
        "IMPERSONATION_ACCOUNT_HIJACKING INAUTHENTIC_ACCOUNTS INAUTHENTIC_LISTINGS INAUTHENTIC_USER_REVIEWS "
        "PHISHING PYRAMID_SCHEMES",
    "SELF_HARM": "CONTENT_PROMOTING_EATING_DISORDERS SELF_MUTILATION SUICIDE",
    "UNSAFE_AND_PROHIBITED_PRODUCTS": "PROHIBITED_PRODUCTS UNSAFE_PRODUCTS",
    "VIOLENCE":
        "COORDINATED_HARM INCITEMENT_VIOLENCE_HATRED HUMAN_EXPLOITATION HUMAN_TRAFFICKING "
        "TRAFFICKING_WOMEN_GIRLS",
    "OTHER_VIOLATION_TC":
        "ADULT_SEXUAL_MATERIAL AGE_SPECIFIC_RESTRICTIONS GEOGRAPHICAL_REQUIREMENTS "
        "GOODS_SERVICES_NOT_PERMITTED LANGUAGE_REQUIREMENTS NUDITY",
}  # fmt: skip
PARENTS = {keyword: category for category, below in _BELOW.items() for keyword in words(below)}
KEYWORDS = frozenset({*PARENTS, "OTHER"})
ONLY_TERMS = words(  # codes of table 6 alone
    "ADULT_SEXUAL_MATERIAL NUDITY AGE_SPECIFIC_RESTRICTIONS LANGUAGE_REQUIREMENTS GOODS_SERVICES_NOT_PERMITTED "
    "GEOGRAPHICAL_REQUIREMENTS OTHER_VIOLATION_TC"
)
_NUMBER = re.compile(r"(?:^|[_\s-])(\d{1,2})(?=[_.\s-]+[^\W\d]|\s*\Z)")
_TEMPLATE = re.compile(r"\d{1,2}_[A-Z]{2}_")  # the Commission's files: number and language of the annex come first


def number_of(name: str) -> int | None:
    """The number of the table that a file or sheet is called after: `3_orders`, `4_notifications_2`; else None.

    It comes first, but in the Commission's own file names last: `4_EN_Annex_I__Templates_Part_10_AMAR`.
    """
    stem = re.sub(r"\.\w{2,4}\Z", "", name.rpartition("/")[2])
    found = [int(match) for match in _NUMBER.findall(stem) if int(match) in LAYOUTS]
    if not found:
        return None
    return found[-1] if _TEMPLATE.match(stem) else found[0]


def is_total(name: str) -> bool:
    """Whether a category or scope is the total, in any official language."""
    return fold(name) == "total number" or countries.code(name) in countries.TOTALS


def code_of(text: str) -> str:
    """A category's or keyword's code without what tells the two apart; case and spaces do not count."""
    return "_".join(text.split()).upper().removeprefix("STATEMENT_CATEGORY_").removeprefix("KEYWORD_")


def category_known(text: str) -> bool:
    """Whether this is a category or keyword code of the regulation, or the total."""
    known = KEYWORDS if "_".join(text.split()).upper().startswith("KEYWORD_") else CATEGORIES
    return is_total(text) or code_of(text) in known
