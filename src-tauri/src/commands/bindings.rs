//! Writes the functions by which the window calls the commands (`ui/src/ipc/commands.ts`), from the list and the commands' own
//! signatures: a command or an argument with a new name reaches the window's type check, not a person.

use super::list::COMMANDS;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use syn::{
    Attribute, Expr, Fields, FnArg, GenericArgument, Item, ItemFn, Lit, Meta, Pat, PathArguments, ReturnType,
    Type,
};

/// A longer line breaks before the call.
const WIDTH: usize = 120;

/// The file is in the tree, so that a reader and the window's own checks have it. It fails where it had to write: once more,
/// and what is committed is current.
#[test]
fn export_bindings_of_commands() {
    let path = root().join("ui/src/ipc/commands.ts");
    let made = file();
    if made != fs::read_to_string(&path).unwrap_or_default() {
        fs::write(&path, made).unwrap();
        panic!("ui/src/ipc/commands.ts was older than the commands: it is written anew, commit it");
    }
}

#[test]
fn a_signature_becomes_a_function() {
    let partial = BTreeSet::from(["Change".to_owned()]);
    let check = |signature: &str, typescript: &str| {
        let signature = format!("async fn {signature} -> Result<(), ErrorCard> {{}}");
        let mut writer = Writer::new(&partial);
        assert_eq!(writer.function(&syn::parse_str(&signature).unwrap()), typescript);
    };
    check("quit(app: Room<'_, App>)", "export const quit = () => invoke<null>('quit')\n");
    check(
        "look_at(chat: Room<'_, Chat>, chat_id: i64, shown: Vec<Option<String>>)",
        "export const lookAt = (chatId: number, shown: (string | null)[]) => invoke<null>('look_at', { chatId, shown })\n",
    );
    check(
        "ask(at: Option<u32>, change: Change, last: Option<bool>)",
        "export const ask = (at: number | null, change: Partial<Change>, last: boolean | null = null) =>\n  \
         invoke<null>('ask', { at, change, last })\n",
    );
    check(
        "run(handle: AppHandle<R>, progress: Channel<Step>)",
        "export const run = (onProgress: (value: Step) => void) => invoke<null>('run', { progress: new Channel(onProgress) })\n",
    );
    check(
        "add(request: Request<'_>)",
        "export const add = (body: ArrayBuffer | Uint8Array, headers: Record<string, string>) =>\n  \
         invoke<null>('add', body, { headers })\n",
    );
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn items(path: &Path) -> Vec<Item> {
    syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap().items
}

fn file() -> String {
    let partial = partial();
    let mut writer = Writer::new(&partial);
    let mut functions = String::new();
    for (module, name) in COMMANDS {
        let path = root().join(format!("src-tauri/src/commands/{module}.rs"));
        let found = items(&path).into_iter().find_map(|item| match item {
            Item::Fn(it) if it.sig.ident == name => Some(it),
            _ => None,
        });
        functions.push('\n');
        functions.push_str(&writer.function(&found.unwrap()));
    }
    let imported: Vec<_> = writer.imported.iter().map(|name| format!("  {name},\n")).collect();
    format!(
        "// One function for each command of the Rust side, written by its tests from `commands/list.rs`: not to be edited.\n\
         // Every rejection is an ErrorCard (see `asCard`).\n\
         import {{ Channel, invoke }} from '@tauri-apps/api/core'\n\
         import type {{\n{}}} from './types'\n{functions}",
        imported.concat()
    )
}

/// What the window may leave any field out of: there is a default for the whole, and each is an option or a flag.
fn partial() -> BTreeSet<String> {
    let files = fs::read_dir(root().join("src-tauri/src/events")).unwrap();
    let paths: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
    let structs = paths.iter().flat_map(|path| items(path)).filter_map(|item| match item {
        Item::Struct(it) => Some(it),
        _ => None,
    });
    let all_may_lack =
        |fields: &Fields| fields.iter().all(|field| ["Option", "bool"].contains(&outer(&field.ty).as_str()));
    structs
        .filter(|it| it.attrs.iter().any(is_default) && all_may_lack(&it.fields))
        .map(|it| it.ident.to_string())
        .collect()
}

fn is_default(attribute: &Attribute) -> bool {
    let mut found = false;
    if attribute.path().is_ident("serde") {
        // What it does not know it stops at; what stands before that was seen.
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.is_ident("default");
            meta.value().and_then(|value| value.parse::<Lit>()).map(drop).or(Ok(()))
        });
    }
    found
}

struct Writer<'a> {
    partial: &'a BTreeSet<String>,
    imported: BTreeSet<String>,
}

impl<'a> Writer<'a> {
    fn new(partial: &'a BTreeSet<String>) -> Self {
        Writer { partial, imported: BTreeSet::new() }
    }

    fn function(&mut self, function: &ItemFn) -> String {
        let command = function.sig.ident.to_string();
        let mut parameters = Vec::new();
        let mut sent = Vec::new();
        let mut raw = false;
        for input in &function.sig.inputs {
            let FnArg::Typed(input) = input else { continue };
            let Pat::Ident(pattern) = &*input.pat else {
                panic!("{command}: an argument without a name");
            };
            let name = camel(&pattern.ident.to_string());
            match outer(&input.ty).as_str() {
                "Room" | "AppHandle" => {}
                "Request" => raw = true,
                "Channel" => {
                    let listener = format!("on{}", camel(&format!("_{name}")));
                    let value = self.typescript(inner(&input.ty));
                    parameters.push((format!("{listener}: (value: {value}) => void"), false));
                    sent.push(format!("{name}: new Channel({listener})"));
                }
                it => {
                    let mut value = self.typescript(&input.ty);
                    if self.partial.contains(it) {
                        value = format!("Partial<{value}>");
                    }
                    parameters.push((format!("{name}: {value}"), it == "Option"));
                    sent.push(name);
                }
            }
        }
        // Those at the end may be left out of the call.
        for (parameter, _) in parameters.iter_mut().rev().take_while(|(_, optional)| *optional) {
            parameter.push_str(" = null");
        }
        let mut parameters: Vec<_> = parameters.into_iter().map(|(parameter, _)| parameter).collect();
        let mut arguments = format!("'{command}'");
        if raw {
            parameters = vec!["body: ArrayBuffer | Uint8Array, headers: Record<string, string>".to_owned()];
            arguments.push_str(", body, { headers }");
        } else if !sent.is_empty() {
            arguments.push_str(&format!(", {{ {} }}", sent.join(", ")));
        }
        let ReturnType::Type(_, result) = &function.sig.output else {
            panic!("{command}: every command may fail");
        };
        let value = self.typescript(inner(result));
        let head = format!("export const {} = ({}) =>", camel(&command), parameters.join(", "));
        let call = format!("invoke<{value}>({arguments})");
        let between = if head.len() + call.len() < WIDTH { " " } else { "\n  " };
        format!("{}{head}{between}{call}\n", doc(&function.attrs))
    }

    /// As ts-rs names it; every type of the app's own stands in `types.ts` under its own name.
    fn typescript(&mut self, ty: &Type) -> String {
        match outer(ty).as_str() {
            "()" => "null".to_owned(),
            "String" => "string".to_owned(),
            "bool" => "boolean".to_owned(),
            "i64" | "u8" | "u32" => "number".to_owned(),
            "Response" => "ArrayBuffer".to_owned(),
            "Option" => format!("{} | null", self.typescript(inner(ty))),
            "Vec" => match self.typescript(inner(ty)) {
                either if either.contains('|') => format!("({either})[]"),
                one => format!("{one}[]"),
            },
            name => {
                self.imported.insert(name.to_owned());
                name.to_owned()
            }
        }
    }
}

/// A type's name without its path and what it is generic over.
fn outer(ty: &Type) -> String {
    match ty {
        Type::Tuple(it) if it.elems.is_empty() => "()".to_owned(),
        Type::Path(it) => it.path.segments.last().unwrap().ident.to_string(),
        _ => panic!("a command takes and returns named types"),
    }
}

/// The first type that it is generic over.
fn inner(ty: &Type) -> &Type {
    let Type::Path(it) = ty else { panic!("a named type") };
    match &it.path.segments.last().unwrap().arguments {
        PathArguments::AngleBracketed(it) => match &it.args[0] {
            GenericArgument::Type(ty) => ty,
            _ => panic!("generic over a type"),
        },
        _ => panic!("generic over a type"),
    }
}

fn camel(snake: &str) -> String {
    let mut words = snake.split('_');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        name.push_str(&word[..1].to_uppercase());
        name.push_str(&word[1..]);
    }
    name
}

fn doc(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(it) if it.path.is_ident("doc") => match &it.value {
                Expr::Lit(it) => match &it.lit {
                    Lit::Str(it) => Some(it.value().trim().to_owned()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        })
        .collect();
    match lines.as_slice() {
        [] => String::new(),
        [line] => format!("/** {line} */\n"),
        lines => format!("/**\n * {}\n */\n", lines.join("\n * ")),
    }
}
