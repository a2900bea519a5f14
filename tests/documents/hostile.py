"""Texts that nobody should type and somebody will."""

SCRIPT = '<script>alert(1)</script><img src=x onerror="alert(2)">'
TYPST = '#panic("x") *vet* $x^2$ #read("/etc/passwd") @ref <label> = kop'
BRACES = "{{ 7*7 }} {% for x in y %} ((greeting)) {%p endfor %}"
LETTERS = "å ä ö Å Ä Ö é è ê ë ï ü ß € „zitaat“ – — ’t œ æ Ø ł ž ç ñ"
EMOJI = "🦊 👩‍👩‍👧 🇳🇱 ✅"
RTL = "שלום עולם مرحبا بالعالم"
CJK = "漢字 かな 한국어"
CONTROL = "a\x00b\x08c\x1bd\ufffee\u202e\u2028f"
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitän" * 20
LONG_NAME = "Jonkvrouw Anna-Magdalena van der Hoeven-de Vries Groß-Öberg-Åkerström " * 3
COMBINING = "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤a͌̈́l̴g̶o"

ALL = (SCRIPT, TYPST, BRACES, LETTERS, EMOJI, RTL, CJK, CONTROL, LONG_WORD, LONG_NAME, COMBINING, "", " ", "\n\n")
