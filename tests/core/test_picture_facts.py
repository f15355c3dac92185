"""What picture files say of themselves."""

import io

import pytest
from PIL import Image as Pixels

from newsportal.core.picture_facts import Facts, facts

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:ps="http://ns.adobe.com/photoshop/1.0/" xmlns:i="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
  xmlns:r="http://ns.adobe.com/xap/1.0/rights/" ps:Source="Padma Pictures">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Ferry in fog</rdf:li><rdf:li xml:lang="bn">ফেরি</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">কুয়াশায় ফেরি</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>Mita Roy</rdf:li><rdf:li>Omar Ali</rdf:li></rdf:Seq></dc:creator>
<ps:Credit>BSS</ps:Credit>
<i:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">A ferry, half hidden</rdf:li></rdf:Alt></i:AltTextAccessibility>
<r:UsageTerms><rdf:Alt><rdf:li xml:lang="x-default">One use</rdf:li></rdf:Alt></r:UsageTerms>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def jpeg(*, xmp="", exif=None, iptc=()):
    buffer = io.BytesIO()
    options = {"exif": exif} if exif else {}
    Pixels.new("RGB", (40, 30), "teal").save(buffer, "JPEG", xmp=xmp.encode(), **options)
    return with_iptc(buffer.getvalue(), iptc) if iptc else buffer.getvalue()


def with_iptc(data, records):
    """The file with an IPTC-IIM block in a Photoshop segment (APP13), as agencies write it."""
    block = b"".join(bytes([0x1C, *key]) + len(value).to_bytes(2, "big") + value for key, value in records)
    resource = b"8BIM\x04\x04\x00\x00" + len(block).to_bytes(4, "big") + block + b"\x00" * (len(block) % 2)
    segment = b"Photoshop 3.0\x00" + resource
    return data[:2] + b"\xff\xed" + (len(segment) + 2).to_bytes(2, "big") + segment + data[2:]


def test_xmp_is_read():
    assert facts(jpeg(xmp=XMP)) == Facts(
        title="Ferry in fog",
        alt_text="A ferry, half hidden",
        caption="কুয়াশায় ফেরি",
        credit="Mita Roy, Omar Ali / BSS",
        source="Padma Pictures",
        licence="One use",
    )


@pytest.mark.parametrize(("marks", "encoding"), [([((1, 90), b"\x1b%G")], "utf-8"), ([], "cp1252")])
def test_iptc_is_read_in_the_encoding_that_it_names(marks, encoding):
    records = [
        *marks,
        ((2, 5), "Café on the river".encode(encoding)),
        ((2, 120), b"The first of the year"),
        ((2, 80), b"Mita Roy"),
        ((2, 110), b"Mita Roy/BSS"),
        ((2, 116), "© BSS".encode(encoding)),
    ]
    found = facts(jpeg(iptc=records))
    assert (found.title, found.caption, found.credit, found.licence) == (
        *("Café on the river", "The first of the year"),
        *("Mita Roy/BSS", "© BSS"),
    )


def exif_of(**tags):
    exif = Pixels.Exif()
    for name, value in tags.items():
        exif[{"caption": 0x010E, "artist": 0x013B, "rights": 0x8298}[name]] = value
    return exif


def test_exif_is_read():
    found = facts(jpeg(exif=exif_of(caption="A ferry", artist="Mita Roy", rights="Mita Roy 2026")))
    assert (found.caption, found.credit, found.licence) == ("A ferry", "Mita Roy", "Mita Roy 2026")


@pytest.mark.parametrize("said", ["OLYMPUS DIGITAL CAMERA", "SONY DSC", "DSC_0042", "   "])
def test_what_a_camera_writes_by_itself_is_no_caption(said):
    assert facts(jpeg(exif=exif_of(caption=said))).caption == ""


def test_the_newer_standard_counts_where_several_say_something():
    data = jpeg(xmp=XMP, exif=exif_of(caption="Of the camera"), iptc=[((2, 5), b"Old title"), ((2, 115), b"Old")])
    assert (facts(data).title, facts(data).source, facts(data).caption) == (
        *("Ferry in fog", "Padma Pictures"),
        "কুয়াশায় ফেরি",
    )


@pytest.mark.parametrize(
    "xmp",
    [
        '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">]><x:xmpmeta xmlns:x="adobe:ns:meta/">&b;</x:xmpmeta>',
        "<x:xmpmeta",
        "\x00\x00",
        XMP[:400],
    ],
    ids=["entities", "cut", "nothing", "half"],
)
def test_a_broken_or_hostile_block_says_nothing(xmp):
    assert facts(jpeg(xmp=xmp)) == Facts()


def test_control_characters_and_line_ends_are_folded():
    found = facts(jpeg(iptc=[((2, 120), b"One\r\ntwo\x00\x07 three")]))
    assert found.caption == "One two three"


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff\xed\x00\x10Photoshop 3.0\x00"], ids=["", "gif", "cut"])
def test_what_is_no_picture_says_nothing(data):
    assert facts(data) == Facts()
