//! What the program prints where it opens no window.

pub const USAGE: &str = "usage: telltale [--demo | --explain [CODE] | --version]";

pub fn no_such_code(code: &str) -> String {
    format!("no such code: {code} (--explain alone lists them)")
}
