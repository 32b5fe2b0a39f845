"""The words of the glossary: what this service means by its own, and what officials' words mean, with the sources.

Words of officials are those of which a source was read that uses or defines them; English renderings that no source
gives are marked as ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procurement.common.words import Label


@dataclass(frozen=True)
class Source:
    """Where a word is used or defined, and how near to the body whose word it is (a code of documents' grades)."""

    publisher: Label
    url: str
    grade: str = "secondary"


@dataclass(frozen=True)
class OwnTerm:
    """A word of this service; `anchor` is how other pages point to it."""

    anchor: str
    name: Label
    meaning: Label


@dataclass(frozen=True)
class OfficialTerm:
    """A word of officials: as they write it, in English, and what it means."""

    original: str
    language: str
    english: str
    meaning: Label
    sources: Sequence[Source]
    #: whether no source gives the English word
    english_is_ours: bool = False


OWN = (
    OwnTerm(
        "stopped",
        _("stopped"),
        _(
            "The standing status is suspended or cancelled. The stop began with the first decision of"
            " the unbroken run of the two. Under review is watched, not stopped."
        ),
    ),
    OwnTerm(
        "status",
        _("standing status"),
        _(
            "The latest decision about the whole program that is in effect on the day. A report, an "
            "approval or a written answer about a decision is a statement: it is shown, and sets no "
            "status."
        ),
    ),
    OwnTerm(
        "disputed",
        _("disputed"),
        _(
            "Since the standing decision somebody on the buyer's own side has last said another "
            "status. A dispute does not lapse with time: it ends with a new decision, or when whoever"
            " differed says the same."
        ),
    ),
    OwnTerm(
        "first-doubt",
        _("first doubt"),
        _("The first decision, statement or act on a contract that cast doubt on the program since it was last sound."),
    ),
    OwnTerm(
        "committed",
        _("committed"),
        _(
            "What is bound by contract: awards, exercised options and changes, less what was taken "
            "back. Money that is only budgeted is not in it."
        ),
    ),
    OwnTerm(
        "paid",
        _("paid"),
        _(
            "Payments less refunds, of contracts of which a payment or a statement that all are on "
            "record is known. Else it is unknown, which is not zero."
        ),
    ),
    OwnTerm(
        "outstanding",
        _("outstanding"),
        _("Committed and not yet paid, of contracts whose payments are known and that have not ended."),
    ),
    OwnTerm(
        "unaccounted",
        _("unaccounted"),
        _(
            "Committed, but it is not on record here whether it was paid; or the contract has ended, "
            "and nothing closes the rest. Committed is always paid, outstanding and unaccounted "
            "together."
        ),
    ),
    OwnTerm(
        "paid-since",
        _("paid since the stop"),
        _(
            "What was paid after the day on which the stop began, under every contract that belonged "
            "to the program during it, also if that has moved to another program since."
        ),
    ),
    OwnTerm(
        "known-through",
        pgettext_lazy("payments", "known through"),
        _(
            "The day through which the payments of a contract are known: that of its last payment on "
            "record, or of a statement that all are on record."
        ),
    ),
    OwnTerm(
        "coverage",
        _("coverage"),
        _(
            "For what share of the committed value a figure is known. It is cut, never rounded up: "
            "100 % means that nothing is unknown."
        ),
    ),
    OwnTerm(
        "presumed",
        _("presumed"),
        _(
            "A contract whose last known state is a live one, but of which no fact has shown for two "
            "years that it still runs. All figures count it; the record does not know whether it has "
            "ended."
        ),
    ),
    OwnTerm(
        "cost-of-leaving",
        _("cost of leaving"),
        _(
            "What ending a contract would cost, as a range: what is due for what was delivered, and "
            "the estimated termination liability; without an estimate, between that and all that is "
            "outstanding. For foreign military sales the upper end is open."
        ),
    ),
    OwnTerm("withheld", _("withheld"), _("A figure that is said to exist and to be secret.")),
    OwnTerm(
        "unknown",
        _("unknown"),
        _("It is not on record here. Nothing is said of the world by that, and unknown is never counted as zero."),
    ),
    OwnTerm(
        "remainder",
        _("remainder"),
        _(
            "A contract line that balances a published total of which not every contract is itemised."
            " It counts in sums, and is always marked."
        ),
    ),
    OwnTerm(
        "moved",
        _("moved to another program"),
        _("From a day on, a contract or a share of it belongs to another program. No total changes by that."),
    ),
    OwnTerm(
        "dates",
        _("the three dates"),
        _(
            "When something was true, when the public could know it, and when this service recorded "
            "it. Every page can be asked for at any of them."
        ),
    ),
    OwnTerm(
        "flag",
        _("flag"),
        _(
            "A condition that a rule finds in the record, such as a live contract of a cancelled "
            "program, with its evidence. It says what is on record, and accuses nobody."
        ),
    ),
)
JIJI, MOD = _("Jiji Press"), _("Ministry of Defense, Japan")
WHITE_PAPER = "https://www.mod.go.jp/j/publication/wp/wp2020/html/n42304000.html"
AUDIT_OF_FMS = "https://report.jbaudit.go.jp/org/h30/YOUSEI2/2018-h30-Y2010-0.htm"
BOARD_OF_AUDIT = _("Board of Audit of Japan")
DEFENCE_BUDGET = Source(
    _("wic-net, a copy of a document on the defence budget"),
    "https://www.wic-net.com/material/document/5851/14",
    "weak",
)
OFFICIAL = (
    OfficialTerm(
        "停止",
        "ja",
        "halt, suspension",
        _(
            "The word for the halt of 15 June 2020 in the Cabinet's written answers. The foreign "
            "ministry's press conference was titled “Suspension”."
        ),
        (
            Source(
                _("House of Representatives, Japan: written answer"),
                "http://www.shugiin.go.jp/internet/itdb_shitsumon.nsf/html/shitsumon/b201274.htm",
                "primary",
            ),
            Source(
                _("Ministry of Foreign Affairs, Japan"),
                "https://www.mofa.go.jp/press/kaiken/kaiken4e_000815.html",
                "primary",
            ),
            Source(JIJI, "https://sp.m.jiji.com/english/show/5535"),
        ),
    ),
    OfficialTerm(
        "撤回",
        "ja",
        "withdrawal, scrapping",
        _(
            "Taking back a decision. Said of the deployment by ministers, while others said that a "
            "suspension is no withdrawal."
        ),
        (
            Source(_("Nippon Television"), "https://news.ntv.co.jp/category/politics/667302"),
            Source(JIJI, "https://sp.m.jiji.com/english/show/5633"),
        ),
    ),
    OfficialTerm(
        "断念",
        "ja",
        "abandonment, giving up",
        _(
            "Giving up something as no longer possible; said of the deployment at two sites, not of "
            "the decision of 2017."
        ),
        (Source(MOD, "https://www.mod.go.jp/j/press/kisha/2020/0625a_r.html", "primary"),),
    ),
    OfficialTerm(
        "替えて",
        "ja",
        "instead of",
        _("The word with which the Cabinet decided on two ships in the place of what was halted."),
        (
            Source(
                _("Prime Minister's Office, Japan"), "https://kantei.go.jp/jp/tyoukanpress/202012/18_a.html", "primary"
            ),
        ),
    ),
    OfficialTerm(
        "白紙に戻す",
        "ja",
        "take back to a blank sheet",
        _("Starting over as if nothing had been decided; said of a contract that was to be rescinded."),
        (Source(_("FlyTeam"), "https://flyteam.jp/news/article/18487"),),
        english_is_ours=True,
    ),
    OfficialTerm(
        "調達打ち切り",
        "ja",
        "discontinued procurement",
        _("No more are ordered; what was ordered is delivered."),
        (Source(_("Response"), "https://response.jp/article/2015/01/30/242944.html"),),
        english_is_ours=True,
    ),
    OfficialTerm(
        "後年度負担",
        "ja",
        "future obligation",
        _("What is paid in the years after that of the contract, normally up to five."),
        (DEFENCE_BUDGET,),
    ),
    OfficialTerm(
        "契約ベース", "ja", "contract basis", _("Counted by contracts signed in the year."), (DEFENCE_BUDGET,)
    ),
    OfficialTerm("歳出ベース", "ja", "expenditure basis", _("Counted by what is paid in the year."), (DEFENCE_BUDGET,)),
    OfficialTerm(
        "有償援助",
        "ja",
        "foreign military sale (FMS)",
        _(
            "A sale by the US government: the price is an estimate, payment is in advance and settled"
            " after performance, and the day of delivery is planned only."
        ),
        (Source(MOD, WHITE_PAPER, "primary"),),
    ),
    OfficialTerm(
        "一般輸入",
        "ja",
        "commercial import",
        _("Imports other than foreign military sales, which are reported apart from them."),
        (Source(BOARD_OF_AUDIT, AUDIT_OF_FMS, "primary"),),
        english_is_ours=True,
    ),
    OfficialTerm(
        "支出官レート",
        "ja",
        "budget exchange rate",
        _("The rate of the contract's fiscal year at which a foreign military sale is booked."),
        (Source(BOARD_OF_AUDIT, AUDIT_OF_FMS, "primary"),),
        english_is_ours=True,
    ),
    OfficialTerm(
        "余剰金",
        "ja",
        "surplus",
        _("What comes back of advance payments when a foreign military sale is settled."),
        (Source(BOARD_OF_AUDIT, "https://report.jbaudit.go.jp/org/h30/2018-h30-0520-0.htm", "primary"),),
        english_is_ours=True,
    ),
    OfficialTerm(
        "契約の解除",
        "ja",
        "rescission of a contract",
        _(
            "A chapter of its own in the contract rules of Japan's procurement agency, beside those "
            "on amendment and on delay."
        ),
        (Source(_("Law Insider, a copy of the rules"), "https://lawinsider.com/zh/contracts/ewEXIXnBD1W", "weak"),),
    ),
    OfficialTerm(
        "termination for convenience",
        "en",
        "termination for convenience",
        _(
            "In US federal contracts, complete or partial termination because the government no "
            "longer wants the work; termination for default is that because of the contractor."
        ),
        (Source(_("Federal Acquisition Regulation, part 49"), "https://qafcs.acquisition.gov/far/49.000", "primary"),),
    ),
    OfficialTerm(
        "Red",
        "en",
        "Red",
        _(
            "In the UK's ratings of government projects: delivery “appears to be unachievable”, with "
            "issues that do not seem manageable or resolvable."
        ),
        (
            Source(
                _("Civil Service World"),
                "https://www.civilserviceworld.com/professions/article/number-of-top-government-projects-given-red-delivery-warning-halves-in-a-year",
            ),
        ),
    ),
    OfficialTerm(
        "年度",
        "ja",
        "Japanese fiscal year (JFY)",
        _("From April to March, named for the year in which it begins: JFY 2019 began in April 2019."),
        (
            Source(
                _("US International Trade Administration"),
                "https://legacy.export.gov/article?id=Japan-Defense-Procurement",
            ),
        ),
    ),
)


def meaning(term: str, *, in_japanese: bool) -> str:
    """What an official's word means in the other language; empty where the glossary has none."""
    said = term.strip().lower()
    if in_japanese:
        return next((each.original for each in OFFICIAL if each.language == "ja" and said in _spelled(each)), "")
    return next((each.english for each in OFFICIAL if each.language == "ja" and each.original == said), "")


def _spelled(term: OfficialTerm) -> set[str]:
    """The English words of a term, as nouns and as the verbs that officials use."""
    nouns = {each.strip() for each in term.english.split(",")}
    return nouns | {verb for noun in nouns for verb in _VERBS.get(noun, ())}


#: Nouns of the glossary -> the same as verbs.
_VERBS = {
    "suspension": ("suspend", "suspended"),
    "halt": ("halted",),
    "withdrawal": ("withdraw",),
    "scrapping": ("scrap",),
    "abandonment": ("abandon",),
    "giving up": ("give up",),
}
