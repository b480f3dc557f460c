"""Old binary workbooks are read like new ones, or refused with the reason."""

from __future__ import annotations

import base64
import zlib
from contextlib import suppress

import pytest
from shaping import release

from normalize import cite, enforcement, xls
from normalize.model import Rejected

KEPT = (
    'c-rk)O-NKx6#nj;8RrL`zs5j=VGy)3jd9wv(N{vcDbrdQ5!mPqD30Usw1q9oGM7Qns%Rrw(PpYmB^A^zC@^dx1c6h_RzXDzo!7Z%'
    '-m}praG(U`eUE$Yx#!+<?s@mzzxUqF2bN|Y)#k7cZLlG)yHQaj6O`O$!4Im}b;+8!i;`|(OTq1;Kvp>Ltm>^(#!$vP2L%u9uZRMl'
    'D4jtDU8Ct_WE0WOKE#Fep_Qn>Es}Uq!(IiM4lv!p^Z~bg&h!vVt}<<<woBqP=GCsogT^dArPOhq7t-z%*7?Aa7F6T4oW&Qfi9%Zk'
    '4r@d4)OM)|+bb~(igaf(oz!I6jXSUd(f!f-u-%8d@BkBp=8=)+L}Cdcni8}4u1A1x=GuQ5vE-X87a;l1wQ}cQ<SvS6DY=`1yIy`>'
    'q1aDCKg&yOnx;*kUDj0LXnZ6y7Kue;vF4tZWm*{y63b)*jt`}XYd@!@$0<KK7}t`N_YTHWNjd{MhQ<a4BR^6ed0g=J;$O49RPnN_'
    'B$|Ma`2a6IKY6}<|LelB{%*C8C6j!l6b_zx=_zzvk{YD!<r>>6ZDfsoOfR$5UCh@q4Uy}VH*{AUOve<rxx%##)XxFNdv$jazlZqg'
    'FFjAg)1TG7#AiEm=R?^=bp~}bnhDaE&lH+Olel?9Voo)4VQf+#nb!QVVYw8);k#~}u0E{D#YYG*EtKTwh}Du}jFr?DCA0-=%kj9N'
    'c-XrD7J}4{#!HZ95T3=`nO4s|Ra#I=SWwu49P1bS2GYVC_BuPKP`OPB;<0Q*+w5<6V8Ma~3l=O`uwY?JK=7rqaD}!TH+*?XcN+h7'
    'Rw(7I-z3`>CooFSIDHl#L7H+66J^bxop1=#me`<<`M*%2mwMMQjDGfGxa|2$pD3dEeKxG<|94BM-2U_B`1zmv{{=R&>8k'
)  # fmt: skip
BOOK = zlib.decompress(base64.b85decode(KEPT))
URL = "https://lantern.example/2022-q1"


def test_cells_have_texts_dates_and_shares() -> None:
    [sheet] = xls.read(BOOK)
    assert sheet.name == "Lamps 2022-Q1"
    assert [[cell.text for cell in row] for row in sheet.rows] == [
        ["Oil", "Burnt", "Share"], ["Whale", "1204", "0.045"], ["Fisch öl", "0.5", "2022-03-31"],
    ]  # fmt: skip
    assert sheet.rows[1][2].share
    assert sheet.rows[2][2].date is not None


def test_figures_lead_back_to_their_cells() -> None:
    facts = enforcement.parse(release(BOOK, URL, "application/vnd.ms-excel")).facts
    assert ("1204", "xlsx:Lamps 2022-Q1!B2") in {(fact.raw_value, fact.citation.pointer) for fact in facts}
    for fact in facts:
        assert cite.resolve(BOOK, "", fact.citation.pointer) == fact.raw_value


@pytest.mark.parametrize("at", range(0, len(BOOK), 97))
def test_a_broken_workbook_is_rejected_or_read(at: int) -> None:
    for payload in (BOOK[:at] + b"\xff\x00\x7f" + BOOK[at + 3 :], BOOK[:at]):
        with suppress(Rejected):
            xls.read(payload)


def test_a_workbook_with_a_password_is_refused_with_the_reason() -> None:
    payload = BOOK[:512] + "EncryptedPackage".encode("utf-16-le") + BOOK[512:]
    with pytest.raises(Rejected, match="it needs a password"):
        xls.read(payload)
