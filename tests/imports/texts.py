"""Small portfolio files, whole and broken."""

import textwrap

HEAD = """\
organizations:
  mod: {name: Ministry of Defense, local_name: 防衛省, kind: government_executive, country: JP}
  maker: {name: Maker, kind: company, country: US, identifiers: [{scheme: CAGE, value: 1ABC2}]}
sources:
  notice: {title: Notice, url: "https://example.org/notice", publisher: ATLA, published_on: 2019-10-31, grade: primary}
  halt: {title: Halt, url: "https://example.org/halt", published_on: 2020-06-15, grade: primary}
  paper: {title: A letter on paper, published_on: 2020-12-18, grade: primary}
programs:
  shore: {name: Shore, buyer: mod, country: JP, domain: missile_defence, source: notice}
  ship: {name: Ship, buyer: mod, country: JP, source: paper}
"""

FACTS = """\
program_links:
  - {key: succeeds, program: shore, kind: successor, other: ship, effective_on: 2020-12-18, source: paper}
status_changes:
  - {key: lift, program: shore, kind: decision, revokes: halt, effective_on: 2020-07-15, organization: mod,
     source: paper}
  - {key: halt, program: shore, kind: decision, status: suspended, effective_on: 2020-06-15, organization: mod,
     speaker: Kono, role: Minister, term: 停止, quotation: "…を停止", sequence: 2, source: halt}
contracts:
  - key: A1
    reference: A1
    generated: true
    title: Radar
    buyer: mod
    method: foreign_military_sale
    currency: JPY
    signed_on: 2019-10-31
    source: notice
    parties: [{key: lead, organization: maker, role: lead_supplier, effective_on: 2019-10-31, source: notice}]
    statuses: [{key: signed, status: active, effective_on: 2019-10-31, source: notice}]
    allocations:
      - {key: first, program: shore, share: 1, from: 2019-10-31, source: notice}
      - {key: leaves, program: shore, share: 0, from: 2020-12-18, source: paper, published_on: 2024-12-10}
      - {key: arrives, program: ship, share: "1", from: 2020-12-18, source: paper, published_on: 2024-12-10}
    milestones:
      - {key: last, kind: payment, due_on: 2024-03-31, due_precision: fiscal_year, amount: "60.50",
         effective_on: 2019-10-31, source: notice}
    entries:
      - {key: award, measure: commitment, amount: "100.00", reason: award, effective_on: 2019-10-31, source: notice}
      - {key: paid, measure: payment, amount: 40, rounding: 10, effective_on: 2020-03-31,
         effective_precision: fiscal_year, milestone: last, source: halt}
    completeness:
      - {key: all, measure: payment, through: 2020-03-31, basis: stated, effective_on: 2020-06-15, source: halt}
    liability_estimates:
      - {key: guess, low: "10", high: "60", effective_on: 2020-06-15, source: halt}
    guarantees:
      - {key: bond, kind: performance, amount: "10", guarantor: maker, effective_on: 2019-10-31, source: notice}
reported_figures:
  - {key: said, program: shore, organization: mod, speaker: Kono, measure: paid, amount: 40, currency: JPY,
     rounding: 10, as_of: 2020-06-22, effective_on: 2020-06-22, source: halt}
  - {key: said, contract: A1, measure: contracted, low: 90, high: 110, currency: JPY, as_of: 2020-06-22,
     effective_on: 2020-06-22, source: halt}
organization_links:
  - {key: group, organization: maker, kind: part_of, other: mod, effective_on: 2019-10-31, source: notice}
"""

WHOLE = HEAD + FACTS


def contract_with(**lists: str) -> str:
    """A file with one contract that has these lists besides what every contract has."""
    fixed = """\
    contracts:
      - key: A1
        reference: A1
        title: Radar
        buyer: mod
        currency: JPY
        signed_on: 2019-10-31
        source: notice
    """
    more = "".join(f"    {name}:\n      - {{{fields}}}\n" for name, fields in lists.items())
    return HEAD + textwrap.dedent(fixed) + more
