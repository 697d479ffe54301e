//! What a model is asked with to make one answer of several. A person reads it first, and may change it.

const MERGE: &str = "Below are a question and the answers that different models gave to it. Write the best single answer to the \
                     question: keep what is right in each, settle where they differ, and say each thing once. Use the language \
                     of the question, and do not mention these answers.";

/// `answers`: the name of each model with its words.
pub(in crate::chat) fn prompt(question: &str, answers: &[(String, String)]) -> String {
    let asked = format!("# Question\n\n{}", question.trim());
    let answers = answers.iter().map(|(model, text)| format!("# Answer of {model}\n\n{}", text.trim()));
    [MERGE.to_owned(), asked].into_iter().chain(answers).collect::<Vec<_>>().join("\n\n---\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_stands_under_its_model() {
        let answers = [("A".to_owned(), "Red.\n".to_owned()), ("B".to_owned(), " Blue.".to_owned())];
        let made = prompt("Which?", &answers);
        let (asked, rest) = made.split_once("\n\n---\n\n# Question\n\nWhich?\n\n---\n\n").unwrap();
        assert_eq!(asked, MERGE);
        assert_eq!(rest, "# Answer of A\n\nRed.\n\n---\n\n# Answer of B\n\nBlue.");
    }
}
