//! Quantities: numbers with an exponent, and units by name (`siunitx`) or as they are written (`\pu` of `mhchem`).

use super::scan::{argument, command};

/// `1.2e-3` as people write it.
pub(super) fn number(text: &str) -> String {
    let text = text.trim().replace("\\pm", "+-").replace("+-", r" \pm ");
    match text.split_once(['e', 'E']) {
        Some((number, power)) if !power.is_empty() && number.is_empty() => format!("10^{{{power}}}"),
        Some((number, power)) if !power.is_empty() => format!(r"{number} \times 10^{{{power}}}"),
        _ => text,
    }
}

/// Units by their names: `\kilo\gram\per\cubic\metre`.
pub(super) fn named(text: &str) -> Option<String> {
    let mut written = Vec::new();
    let (mut prefix, mut per, mut power) = (String::new(), false, 1);
    let mut rest = text.trim();
    while !rest.is_empty() {
        let Some((name, after)) = command(rest) else {
            // Units may also be given as they are written.
            let end = rest.find('\\').unwrap_or(rest.len());
            written.push(plain(&rest[..end]));
            rest = &rest[end..];
            continue;
        };
        rest = after.trim_start();
        match name {
            "per" => per = true,
            "square" => power = 2,
            "cubic" => power = 3,
            "squared" => raise(&mut written, "2"),
            "cubed" => raise(&mut written, "3"),
            "tothe" | "raiseto" => {
                let (exponent, after) = argument(rest)?;
                raise(&mut written, exponent);
                rest = after.trim_start();
            }
            _ => match PREFIXES.iter().find(|(known, _)| *known == name) {
                Some((_, sign)) => prefix = (*sign).to_owned(),
                None => {
                    let unit = UNITS.iter().find(|(known, _)| *known == name).map(|(_, sign)| *sign)?;
                    let power = if per { -power } else { power };
                    let exponent = if power == 1 { String::new() } else { format!("^{{{power}}}") };
                    written.push(format!(r"\mathrm{{{prefix}{unit}}}{exponent}"));
                    prefix.clear();
                }
            },
        }
        if !matches!(name, "per" | "square" | "cubic") && prefix.is_empty() {
            (per, power) = (false, 1);
        }
    }
    Some(written.join(r"\,"))
}

/// The power of the last unit, which may have its sign already.
fn raise(written: &mut [String], power: &str) {
    if let Some(last) = written.last_mut() {
        let negative = last.ends_with("^{-1}");
        if negative {
            last.truncate(last.len() - "^{-1}".len());
        }
        last.push_str(&format!("^{{{}{power}}}", if negative { "-" } else { "" }));
    }
}

/// Units as they are written: `kJ mol-1`, `m/s^2`, `m.s^{-1}`.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.trim().chars().peekable();
    let mut after_letter = false;
    while let Some(c) = chars.next() {
        match c {
            'a'..='z' | 'A'..='Z' | 'µ' | 'Ω' | '°' | '%' => {
                out.push_str(if c == '%' { r"\mathrm{\%" } else { r"\mathrm{" });
                if c != '%' {
                    out.push(c);
                }
                while let Some(letter) = chars.next_if(|c| c.is_alphabetic()) {
                    out.push(letter);
                }
                out.push('}');
                after_letter = true;
                continue;
            }
            '-' | '+' | '0'..='9' if after_letter => {
                out.push_str("^{");
                out.push(c);
                while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                    out.push(digit);
                }
                out.push('}');
            }
            '^' => {
                out.push_str("^{");
                let braced = chars.next_if_eq(&'{').is_some();
                while let Some(digit) = chars.next_if(|c| c.is_ascii_digit() || *c == '-' || *c == '+') {
                    out.push(digit);
                }
                out.push('}');
                if braced {
                    chars.next_if_eq(&'}');
                }
            }
            ' ' | '.' | '~' | '*' => out.push_str(r"\,"),
            c => out.push(c),
        }
        after_letter = false;
    }
    out
}

/// A quantity of `\pu`: its number, and its unit as it is written.
pub(super) fn quantity(text: &str) -> String {
    let text = text.trim();
    let end = text.find(|c: char| c.is_whitespace()).unwrap_or(text.len());
    let (first, rest) = text.split_at(end);
    if first.starts_with(|c: char| c.is_ascii_digit() || "-+.".contains(c)) {
        let rest = plain(rest);
        return if rest.is_empty() { number(first) } else { format!(r"{}\,{rest}", number(first)) };
    }
    plain(text)
}

const PREFIXES: &[(&str, &str)] = &[
    ("femto", "f"),
    ("pico", "p"),
    ("nano", "n"),
    ("micro", r"\mu "),
    ("milli", "m"),
    ("centi", "c"),
    ("deci", "d"),
    ("hecto", "h"),
    ("kilo", "k"),
    ("mega", "M"),
    ("giga", "G"),
    ("tera", "T"),
    ("peta", "P"),
];

const UNITS: &[(&str, &str)] = &[
    ("meter", "m"),
    ("metre", "m"),
    ("m", "m"),
    ("cm", "cm"),
    ("mm", "mm"),
    ("km", "km"),
    ("nm", "nm"),
    ("second", "s"),
    ("s", "s"),
    ("ms", "ms"),
    ("minute", "min"),
    ("hour", "h"),
    ("day", "d"),
    ("gram", "g"),
    ("g", "g"),
    ("kg", "kg"),
    ("kilogram", "kg"),
    ("tonne", "t"),
    ("newton", "N"),
    ("N", "N"),
    ("joule", "J"),
    ("J", "J"),
    ("kJ", "kJ"),
    ("watt", "W"),
    ("W", "W"),
    ("pascal", "Pa"),
    ("Pa", "Pa"),
    ("bar", "bar"),
    ("volt", "V"),
    ("V", "V"),
    ("ampere", "A"),
    ("A", "A"),
    ("ohm", r"\Omega "),
    ("farad", "F"),
    ("henry", "H"),
    ("coulomb", "C"),
    ("tesla", "T"),
    ("weber", "Wb"),
    ("siemens", "S"),
    ("hertz", "Hz"),
    ("Hz", "Hz"),
    ("kelvin", "K"),
    ("K", "K"),
    ("mole", "mol"),
    ("mol", "mol"),
    ("candela", "cd"),
    ("lumen", "lm"),
    ("lux", "lx"),
    ("litre", "L"),
    ("liter", "L"),
    ("electronvolt", "eV"),
    ("eV", "eV"),
    ("radian", "rad"),
    ("steradian", "sr"),
    ("degree", "°"),
    ("celsius", "°C"),
    ("degreeCelsius", "°C"),
    ("percent", r"\%"),
    ("byte", "B"),
    ("bit", "bit"),
    ("becquerel", "Bq"),
    ("sievert", "Sv"),
    ("gray", "Gy"),
    ("dalton", "Da"),
    ("decibel", "dB"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities() {
        assert_eq!(number("1.5e3"), r"1.5 \times 10^{3}");
        assert_eq!(number("42"), "42");
        assert_eq!(quantity("1.2e3 kJ mol-1"), r"1.2 \times 10^{3}\,\mathrm{kJ}\,\mathrm{mol}^{-1}");
        assert_eq!(quantity("9.8 m/s^2"), r"9.8\,\mathrm{m}/\mathrm{s}^{2}");
        assert_eq!(named(r"\meter\per\second\squared").as_deref(), Some(r"\mathrm{m}\,\mathrm{s}^{-2}"));
        assert_eq!(named(r"\kilo\gram\per\cubic\metre").as_deref(), Some(r"\mathrm{kg}\,\mathrm{m}^{-3}"));
        assert_eq!(named(r"\nope"), None);
    }
}
