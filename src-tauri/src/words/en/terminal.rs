//! What the program prints where it opens no window.

says! {
    usage: "usage: telltale [--demo | --explain [CODE] | --version]",
}

pub(crate) fn no_such_code(code: &str) -> String {
    format!("no such code: {code} (--explain alone lists them)")
}
