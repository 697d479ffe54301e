//! The parts of the very long answer: told again and again, with a number, until there is enough.

/// Title and text of each part.
pub(super) const PARTS: &[(&str, &str)] = &[
    (
        "The lighthouse keeper",
        "The keeper counted the steps every evening: two hundred and twelve, and never once the same number of thoughts. The lamp turned, the sea answered, and the logbook filled with weather.",
    ),
    (
        "On measuring",
        "A measurement is a question with a unit. Ask how long, and you must first say in what; ask how well, and you must say for whom. Most quarrels about numbers are quarrels about the unit.",
    ),
    (
        "A note on maps",
        "Every map leaves something out, and that is its use. A map with everything on it would be the country itself, and just as hard to fold.",
    ),
    (
        "The baker's clock",
        "Bread keeps its own time. The dough does not read the clock on the wall, and the baker who trusts the wall more than the dough will sell bricks by Thursday.",
    ),
    (
        "Letters",
        "A letter takes so long that both sides have changed by the time it is read. This is why old letters are kinder than quick messages: they were written to someone who might have become wiser.",
    ),
    (
        "The garden in winter",
        "Nothing happens in a winter garden, slowly and on purpose. Under the straw the roots are making decisions that will be announced in April.",
    ),
    (
        "Two kinds of quiet",
        "There is the quiet of an empty room and the quiet of a full one that listens. Musicians know the difference with their backs turned.",
    ),
    (
        "The ferry",
        "The ferry leaves when it is full or when it is noon. Regulars know that it is always noon first, and that the captain's watch is kind to those who run.",
    ),
    (
        "Repairs",
        "To repair a thing you must first believe that somebody understood it. The screw that does not turn is a sentence in their handwriting.",
    ),
    (
        "The long way home",
        "The long way home passes the river, the school and the house with the blue door. It costs eleven minutes and gives back the whole afternoon.",
    ),
];

/// Ends of the parts, in turn.
pub(super) const ENDS: &[&str] = &[
    "- Look at the sky before the forecast.\n- Write down what you expected.\n- Compare, and keep the difference.",
    "1. Begin with the smallest case.\n1. Change one thing at a time.\n1. Stop when the answer stops changing.",
    "> Ask who will read it. Say the hard part first. Leave out the third example.",
    "| Step | Minutes | Done |\n|:--|--:|:-:|\n| Look | 5 | yes |\n| Think | 20 | yes |\n| Write | 40 | no |",
    "```python\ndef again(part, most):\n    \"\"\"The next part, from the beginning after the last one.\"\"\"\n    return part % most + 1\n```",
    "In numbers: $a_{n+1} = \\frac{1}{2}\\left(a_n + \\frac{2}{a_n}\\right)$ gets closer to $\\sqrt{2}$ with each turn.",
];
