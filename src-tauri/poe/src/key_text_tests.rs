//! Texts as they lie on clipboards and stand in files, each with what it is read as.

use super::*;

const KEY: &str = "sk-poe-Hk4Wd9Zr2Xm7Vt5Nb8Qc3Js6Lf1Py0GuAeIoTa_-";
const SECOND: &str = "sk-poe-Rb7Nx2Kw9Lc4Vz6Mt1Ds8Hq3Jf5Pg0EyUiOaBe";
/// Of the time before the prefix.
const OLDER: &str = "Zq7Lw2Vt9Xk4Rb8Nd3Mf6Hs1Pj5Gy0TcUeAi";

fn said(text: &str) -> String {
    match KeyText::read(text) {
        KeyText::Key(key) => format!("key {}", key.expose()),
        KeyText::Word(word) => format!("word {}", word.expose()),
        KeyText::Several => "several".to_owned(),
        KeyText::Other => "other".to_owned(),
        KeyText::Empty => "empty".to_owned(),
    }
}

#[test]
fn a_key_by_itself_or_wrapped() {
    for key in [KEY, SECOND, OLDER] {
        for text in [
            key.to_owned(),
            format!("  {key}\r\n"),
            format!("\t{key}\n\n"),
            format!("\"{key}\""),
            format!("'{key}'"),
            format!("`{key}`"),
            format!("“{key}”"),
            format!("Bearer {key}"),
            format!("bearer\t{key}\n"),
            format!("\"Bearer '{key}'\""),
            format!("Authorization: Bearer {key}"),
            format!("authorization:Bearer {key}\r\n"),
            format!("Authorization: {key}"),
            format!("\u{1b}[200~{key}\u{1b}[201~"),
            format!("\u{1b}[200~{key}\n\u{1b}[201~\n"),
            format!("\u{feff}{key}\u{200b}"),
            format!("\u{200e}{}\u{ad}{}\u{a0}", &key[..9], &key[9..]),
            format!("{key}\0"),
            format!("POE_API_KEY={key}"),
            format!("poe_api_key = {key}\n"),
            format!("export POE_API_KEY={key}"),
            format!("export POE_API_KEY=\"{key}\"\n"),
            format!("POE_API_KEY='{key}'   # from poe.com\n"),
            format!("POE_API_KEY: {key}\n"),
            format!("set POE_API_KEY={key}"),
            format!("setx POE_API_KEY \"{key}\""),
            format!("set -x POE_API_KEY {key}"),
            format!("$env:POE_API_KEY = \"{key}\""),
            format!("os.environ[\"POE_API_KEY\"] = \"{key}\""),
            format!("docker run -e POE_API_KEY={key} image"),
            format!("\"POE_API_KEY\": \"{key}\","),
            format!("{{\"POE_API_KEY\":\"{key}\"}}"),
            format!(
                "{{\n  \"env\": {{\n    \"NODE_ENV\": \"production\",\n    \"POE_API_KEY\": \"{key}\"\n  }}\n}}"
            ),
            format!(
                "# two services\nOPENAI_API_KEY=sk-proj-{}\n\nPOE_API_KEY={key}\nDEBUG=1\n",
                "a".repeat(60)
            ),
            format!("A=1\r\nPOE_API_KEY={key}\r\nB=2\r\n"),
            format!("#POE_API_KEY={SECOND}0\n  // POE_API_KEY={SECOND}1\nPOE_API_KEY={key} # was {SECOND}\n"),
            format!("POE_API_KEY={key}\nPOE_API_KEY_AGAIN={key}\nexport POE_API_KEY=\"{key}\""),
        ] {
            assert_eq!(said(&text), format!("key {key}"), "{text:?}");
        }
    }
}

#[test]
fn a_key_with_its_prefix_is_found_under_any_name() {
    for text in [
        format!("{{\"key\": \"{KEY}\", \"count\": 3}}"),
        format!("[{{\"a\": [1, {{\"b\": {{\"c\": [\"x\", \"{KEY}\"]}}}}]}}, \"y z\"]"),
        format!("[\"{KEY}\", \"{KEY}\"]"),
        format!("{{\"nested\": \"{{\\\"token\\\": \\\"{KEY}\\\"}}\"}}"),
        format!("{{\"headers\": {{\"Authorization\": \"Bearer {KEY}\"}}}}"),
        format!("// my settings\n{{\n  // the key\n  \"poe.key\": \"{KEY}\",\n}}"),
        format!("curl https://api.poe.com/v1/models \\\n  -H \"Authorization: Bearer {KEY}\""),
        format!("client = OpenAI(api_key=\"{KEY}\", base_url=\"https://api.poe.com/v1\")"),
        format!("poe:\n  token: {KEY}\n  retries: 2\n"),
        format!("- key: '{KEY}'\n"),
        format!("[poe]\nkey = \"{KEY}\"\n"),
        format!("MY_TOKEN={KEY};\n"),
        format!("https://example.com/?key={KEY}&x=1"),
    ] {
        assert_eq!(said(&text), format!("key {KEY}"), "{text:?}");
    }
    for text in [
        format!("POE_API_KEY={KEY}\nPOE_API_KEY={SECOND}"),
        format!("{{\"home\": \"{KEY}\", \"work\": {{\"key\": \"{SECOND}\"}}}}"),
        format!("HOME_KEY={KEY}\nWORK_KEY='{SECOND}'\n"),
        format!("POE_API_KEY={KEY}\nPOE_API_KEY={OLDER}"),
    ] {
        assert_eq!(said(&text), "several", "{text:?}");
    }
}

#[test]
fn the_shape_has_two_ends() {
    let prefixed = |body: usize| format!("sk-poe-{}", "a".repeat(body));
    for (text, is_key) in [
        (prefixed(33), false),
        (prefixed(34), true),
        (prefixed(193), true),
        (prefixed(194), false),
        ("a".repeat(33), false),
        ("a".repeat(34), true),
        ("a".repeat(200), true),
        ("A1_-".repeat(9), true),
        ("9b".repeat(20), true),
        ("6f1f9a7e-52a0-4a44-9f7c-0d8f0a3f9a11".to_owned(), true),
        (format!("{}.{}", "a".repeat(20), "b".repeat(20)), false),
        (format!("{}é", "a".repeat(40)), false),
        (format!("sk-poe-{}*", "a".repeat(40)), false),
        (format!("sk-ant-api03-{}", "a".repeat(80)), false),
        (format!("sk-proj-{}", "a".repeat(48)), false),
    ] {
        assert_eq!(is_key_text(&text), is_key, "{text}");
    }
}

fn is_key_text(text: &str) -> bool {
    matches!(KeyText::read(text), KeyText::Key(_))
}

#[test]
fn another_word_goes_only_if_it_is_unbroken() {
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVPmB92K27uhbUJU1p1r";
    for word in [
        "hunter2",
        "ключ",
        "x",
        "https://poe.com/api/keys?a=1#b",
        "anna@example.com",
        "/home/anna/.ssh/id_ed25519",
        r"C:\Users\anna\keys.txt",
        "correct-horse-battery-staple",
        "Tr0ub4dor&3",
        "4711",
        "sk-poe-short",
        "sk-poe-abc…xyz",
        jwt,
        &"é".repeat(200),
    ] {
        assert_eq!(said(word), format!("word {word}"));
        assert_eq!(said(&format!("{word}\n")), format!("word {word}"));
    }
    assert_eq!(said("export POE_API_KEY=\"short\""), "word short");
    assert_eq!(said("Authorization: Bearer short"), "word short");
    assert_eq!(said("Bearer "), "word Bearer");
    for text in [
        "Dear Anna, my PIN is 4711…".to_owned(),
        format!("my key is {KEY}, keep it safe"),
        format!("Here you are: {KEY}"),
        format!("{KEY} {KEY}"),
        format!("{}\n{}", &KEY[..20], &KEY[20..]),
        format!("{}\t{}", &KEY[..20], &KEY[20..]),
        format!("{}\u{7}{}", &KEY[..20], &KEY[20..]),
        format!("{}\u{2028}{}", &KEY[..20], &KEY[20..]),
        format!("# POE_API_KEY={KEY}\n"),
        "one\ntwo".to_owned(),
        "a\u{a0}b".to_owned(),
        "a".repeat(201),
        "é".repeat(201),
        format!("https://example.com/{}", "a".repeat(190)),
        "text ".repeat(4_000),
        "{\"a\": 1}".to_owned(),
        format!("OPENAI_API_KEY={OLDER}\nB=2"),
        format!("OLD_POE_API_KEY={OLDER} B=2"),
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB\n"
            .to_owned(),
        format!("{}POE_API_KEY={KEY}", "a = 1\n".repeat(MOST_SEARCHED / 6 + 1)),
        format!("x={KEY}.rest y"),
    ] {
        assert_eq!(said(&text), "other", "{:.80}", text);
    }
    for text in ["", " ", "\r\n", "\"\"", " '\u{200b}' ", "\u{1b}[200~\u{1b}[201~", "\0"] {
        assert_eq!(said(text), "empty", "{text:?}");
    }
}
