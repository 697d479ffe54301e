//! The program: what needs no display is answered at once, everything else opens the window.

// A console window beside the app's own is no use on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::io::Write;
use telltale::words;

fn main() {
    telltale::redact_panics();
    forbid_core_dumps();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let code = match arguments[..] {
        [] => open(false),
        ["--demo"] => open(true),
        ["--explain"] => say(&telltale::errors::codes().join("\n")),
        ["--explain", code] => match telltale::errors::explain(code) {
            Some(text) => say(&text),
            None => complain(&words::no_such_code(code)),
        },
        ["--version"] => say(concat!("telltale ", env!("CARGO_PKG_VERSION"))),
        ["--help"] => say(words::usage()),
        _ => complain(words::usage()),
    };
    std::process::exit(code);
}

fn open(demo: bool) -> ! {
    let environment = telltale::environment();
    for (name, value) in &environment.variables {
        // SAFETY: the one thread that may exist waits for the session bus and reads no environment.
        #[allow(unsafe_code)]
        unsafe {
            std::env::set_var(name, value);
        }
    }
    telltale::end(telltale::run(demo, environment))
}

fn say(text: &str) -> i32 {
    i32::from(writeln!(std::io::stdout(), "{text}").is_err())
}

fn complain(text: &str) -> i32 {
    let _ = writeln!(std::io::stderr(), "{text}");
    2
}

/// A core file would hold the key.
fn forbid_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        let _ = setrlimit(Resource::Core, none);
    }
}
