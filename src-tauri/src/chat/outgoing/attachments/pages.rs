//! How many pages a PDF has, without reading it: its page objects are looked for, and counted where they lie open. Pure.

/// Bytes below which no page of a packed file is known to lie.
const SMALLEST_PAGE: usize = 1_500;

/// At least and at most. Newer files pack their objects, pages among them: then the bytes are all that bounds them.
pub(super) fn pages(bytes: &[u8]) -> (i64, i64) {
    let open = count_objects(bytes, b"/Page");
    let open = i64::try_from(open).unwrap_or(i64::MAX);
    let is_packed = count_objects(bytes, b"/ObjStm") > 0;
    if open > 0 && !is_packed {
        return (open, open);
    }
    let by_size = i64::try_from(bytes.len() / SMALLEST_PAGE).unwrap_or(i64::MAX);
    let least = open.max(1);
    (least, by_size.max(least))
}

/// Objects of a type: `/Type /Page`, with any blanks between, and not `/Type /Pages`.
fn count_objects(bytes: &[u8], name: &[u8]) -> usize {
    const TYPE: &[u8] = b"/Type";
    let is_of_type = |at: &usize| {
        let rest = bytes[at + TYPE.len()..].trim_ascii_start();
        let after = rest.strip_prefix(name).map(|after| after.first());
        after.is_some_and(|next| next.is_none_or(|next| !next.is_ascii_alphanumeric()))
    };
    starts(bytes, TYPE).filter(is_of_type).count()
}

fn starts<'a>(bytes: &'a [u8], of: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == of[0]).map(|(at, _)| at);
    slashes.filter(move |at| bytes[*at..].starts_with(of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_counted() {
        fn check(pdf: &str, expected: (i64, i64)) {
            assert_eq!(pages(pdf.as_bytes()), expected, "{}", &pdf[..pdf.len().min(80)]);
        }
        check("%PDF-1.4 <</Type /Pages/Count 2>> <</Type /Page>> <</Type/Page /Rotate 0>>", (2, 2));
        check("<</Type\n/Page/X 1>><</Type /PageLabel>><</Type /Pages>>", (1, 1));
        check("<</Type /Page", (1, 1));
        // Packed: all that is known is how long it is.
        check("%PDF-1.7 <</Type /ObjStm>>", (1, 1));
        let long = format!("%PDF-1.7 <</Type/ObjStm>>{}", "x".repeat(60_000));
        check(&long, (1, 40));
        check(&format!("<</Type/Page>><</Type/Page>>{long}"), (2, 40));
        // Nothing of the kind was found.
        check("%PDF-1.7", (1, 1));
        check("", (1, 1));
    }
}
