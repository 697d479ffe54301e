"""Makes the faces of the window out of the packages that it names. It is run by hand where a face or its letters change:

    npm install --no-save --prefix FOLDER @fontsource-variable/inter@5.3.0 @fontsource/stix-two-math@5.3.0 \\
        @expo-google-fonts/jetbrains-mono@0.4.1
    pip install fonttools==4.68.0 brotli==1.2.1
    python3 ui/src/faces/subset.py FOLDER
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

HERE = Path(__file__).parent
INTER = "@fontsource-variable/inter/files/inter-{}-wght-{}.woff2"
MONO = "@expo-google-fonts/jetbrains-mono/400Regular/JetBrainsMono_400Regular.ttf"
MATH = "@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2"

ALL = [(0x0, 0x10FFFF)]
# Languages written in Latin letters have theirs in Extended-A; a few more are Romanian and Vietnamese.
EXTENDED = [(0x100, 0x17F), (0x192, 0x192), (0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x218, 0x21B), (0x1E80, 0x1E85), (0x1E9E, 0x1E9E), (0x20A0, 0x20BF)]
# Letters, punctuation, arrows, signs of mathematics, and what trees and tables are drawn of.
CODE = [(0x20, 0x17F), (0x370, 0x52F), (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2190, 0x21FF),
        (0x2200, 0x22FF), (0x2300, 0x23FF), (0x2500, 0x25FF), (0x2713, 0x2717), (0x27E8, 0x27E9)]
# Letters, signs, arrows, brackets, and the mathematical alphabets but those that TeX has no command for.
FORMULAS = [(0x20, 0x7E), (0xA0, 0x17F), (0x237, 0x237), (0x2B0, 0x36F), (0x370, 0x3FF), (0x2000, 0x206F), (0x2070, 0x209F),
            (0x20A0, 0x20BF), (0x20D0, 0x20EF), (0x2100, 0x214F), (0x2190, 0x21FF), (0x2200, 0x23FF), (0x25A0, 0x25FF),
            (0x2605, 0x2606), (0x2660, 0x2667), (0x266D, 0x266F), (0x2713, 0x2720), (0x27C0, 0x27FF), (0x2900, 0x297F),
            (0x2980, 0x29FF), (0x2A00, 0x2AFF), (0x2B1B, 0x2B1C), (0x1D400, 0x1D503), (0x1D504, 0x1D5D3), (0x1D670, 0x1D6A3), (0x1D6A4, 0x1D755),
            (0x1D756, 0x1D7D7), (0x1D7D8, 0x1D7FF)]

# Tabular figures stay. Code has no ligatures: each of its signs is shown as it was written.
TEXT_FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "calt", "tnum", "pnum", "frac", "case", "ss01"]
CODE_FEATURES = ["ccmp", "locl", "mark", "mkmk"]

FACES = [
    ("text.woff2", INTER.format("latin", "normal"), ALL, TEXT_FEATURES),
    ("text-italic.woff2", INTER.format("latin", "italic"), ALL, TEXT_FEATURES),
    ("text-extended.woff2", INTER.format("latin-ext", "normal"), EXTENDED, TEXT_FEATURES),
    ("text-extended-italic.woff2", INTER.format("latin-ext", "italic"), EXTENDED, TEXT_FEATURES),
    ("text-cyrillic.woff2", INTER.format("cyrillic", "normal"), ALL, TEXT_FEATURES),
    ("text-greek.woff2", INTER.format("greek", "normal"), ALL, TEXT_FEATURES),
    ("code.woff2", MONO, CODE, CODE_FEATURES),
    ("math.woff2", MATH, FORMULAS, ["*"]),
]


def made(source: Path, letters: list[tuple[int, int]], features: list[str]) -> TTFont:
    font = TTFont(source)
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = features
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.hinting = False
    subsetter = subset.Subsetter(options)
    known = font.getBestCmap()
    subsetter.populate(unicodes=[code for first, last in letters for code in range(first, last + 1) if code in known] if letters != ALL else list(known))
    subsetter.subset(font)
    if "fvar" in font:
        # What the window is set in, from plain to bold.
        font = instancer.instantiateVariableFont(font, {"wght": (400, 700)})
    font.flavor = "woff2"
    return font


for name, source, letters, features in FACES:
    font = made(Path(sys.argv[1]) / "node_modules" / source, letters, features)
    font.save(HERE / name)
    print(f"{(HERE / name).stat().st_size:>7}  {len(font.getBestCmap()):>5} letters  {name}")
