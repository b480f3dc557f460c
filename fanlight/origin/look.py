"""How the demo's pages look to people; visits do not care."""

STYLE = """<style>
:root { --ink: #1d2530; --soft: #5b6675; --line: #dfe4ea; --accent: #2f5d8a; --wash: #f5f7f9 }
* { box-sizing: border-box }
body { margin: 0; color: var(--ink); background: #fff; font: 16px/1.55 "Helvetica Neue", Arial, sans-serif }
header, footer { background: var(--wash); border: solid var(--line); border-width: 0 0 1px; padding: 14px 24px }
footer { border-width: 1px 0 0; color: var(--soft); font-size: 14px; margin-top: 48px }
header { display: flex; gap: 24px } header a { margin-right: 16px }
.card > :first-child { margin-top: 0 }
main { max-width: 940px; margin: 0 auto; padding: 24px }
h1 { font-size: 30px; line-height: 1.2; margin: 12px 0 } h2 { font-size: 22px; margin-top: 32px }
h3 { font-size: 18px; margin-top: 28px } h4 { font-size: 15px; margin: 18px 0 4px; color: var(--soft) }
a { color: var(--accent) } p { margin: 6px 0 12px } .soft { color: var(--soft) }
table { border-collapse: collapse; margin: 12px 0; font-size: 14px }
th, td { border: 1px solid var(--line); padding: 5px 12px; text-align: left }
th { background: var(--wash) } td:not(:first-child) { text-align: right; font-variant-numeric: tabular-nums }
.tag, .status { background: var(--wash); border: 1px solid var(--line); border-radius: 12px; padding: 2px 10px }
p.status { width: fit-content }
.measure { border-left: 3px solid var(--line); padding-left: 18px }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(270px, 1fr)); gap: 16px; padding: 0 }
.card { border: 1px solid var(--line); border-radius: 8px; padding: 16px; list-style: none }
.figure { font-size: 28px; font-weight: 600 }
</style>"""


def frame(name: str, links: str, body: str, foot: str) -> str:
    """The body of a page: a header with the site's name and links, the main part, a footer (all but `name` markup)."""
    return (
        f"<header><strong>{name}</strong><nav>{links}</nav></header>\n<main>\n{body}\n</main>\n<footer>{foot}</footer>"
    )
