"""The admin in the language that its user chose."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from procurement.access.auditing import note
from procurement.access.models import AuditEntry
from procurement.common.localized import in_full_and_short
from procurement.flags.models import Flag
from procurement.model_words import texts_of
from tests.admin.portfolio import fill
from tests.makers import make_contract, make_program


def choose(client, language, then="/admin/"):
    return client.post(reverse("set_language"), {"language": language, "next": then})


def test_the_header_offers_the_other_language(reader):
    assert 'lang="ja">日本語</button>' in reader.get("/admin/").content.decode()
    choose(reader, "ja")
    page = reader.get("/admin/").content.decode()
    assert '<html lang="ja"' in page
    assert 'lang="en">English</button>' in page


def test_a_choice_leads_back_to_the_page_and_is_kept_from_scripts(reader):
    answer = choose(reader, "ja", "/admin/procurement/contract/?q=a")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/procurement/contract/?q=a")
    cookie = answer.cookies["django_language"]
    assert (cookie["httponly"], cookie["max-age"]) == (True, 365 * 24 * 3600)


def test_a_choice_leads_to_no_other_site(reader):
    assert choose(reader, "ja", "https://elsewhere.example.org/")["Location"] == "/"


def test_a_browser_that_asks_for_japanese_gets_it_until_somebody_chooses(reader):
    asking = {"headers": {"accept-language": "ja,en;q=0.5"}}
    assert '<html lang="ja"' in reader.get("/admin/", **asking).content.decode()
    choose(reader, "en")
    assert '<html lang="en"' in reader.get("/admin/", **asking).content.decode()


def test_lists_and_forms_name_their_columns_in_japanese(analyst):
    fill(analyst.user)
    choose(analyst, "ja")
    page = analyst.get("/admin/procurement/contract/").content.decode()
    assert "契約" in page
    form = analyst.get("/admin/procurement/ledgerentry/add/").content.decode()
    assert "支払" in form


def test_the_api_stays_english(reader):
    program = make_program()
    choose(reader, "ja")
    answer = reader.get(f"/api/v1/programs/{program.code}/?nothing=1")
    assert answer["Content-Language"] == "en"
    assert answer.content.decode().isascii()


def test_a_choice_has_japanese_and_its_code_stays(db):
    with translation.override("ja"):
        assert Flag(severity="high").get_severity_display() != "High"
        assert Flag(severity="high").severity == "high"
    assert Flag(severity="high").get_severity_display() == "High"


def test_the_texts_of_tables_are_english_whatever_the_language():
    with translation.override("ja"):
        texts = {text for _, text in texts_of([Flag])}
    assert {"flag", "High", "severity"} <= texts


AMOUNTS = [
    ("178700000000", "JPY", "178,700,000,000円（1,787億円）"),
    ("178712345678", "JPY", "178,712,345,678円（約1,787億円）"),
    ("-500000000", "USD", "-500,000,000ドル（-5億ドル）"),
    ("9999", "JPY", "9,999円"),
]


@pytest.mark.parametrize(("amount", "currency", "said"), AMOUNTS)
def test_amounts_have_all_their_digits_and_what_people_say(amount, currency, said):
    with translation.override("ja"):
        assert in_full_and_short(Decimal(amount), currency) == said


def test_in_english_amounts_have_their_digits():
    with translation.override("en"):
        assert in_full_and_short(Decimal(178700000000), "JPY") == "178,700,000,000 JPY"


def test_the_audit_log_names_acts_in_japanese(administrator):
    make_contract()
    note(AuditEntry.Act.LOGIN, "anna")
    choose(administrator, "ja")
    assert "ログイン" in administrator.get("/admin/procurement/auditentry/").content.decode()
