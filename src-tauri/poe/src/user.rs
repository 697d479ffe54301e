//! Whose key it is. No documentation page tells of it; Poe's own command-line client asks it so
//! ([source](https://github.com/poe-platform/poe-code)).

use serde_json::Value;

use crate::json::text;

/// The account that a key belongs to. Personal data: it is not written to any log.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The same for every key of the account.
    pub id: String,
    /// The name that others see, such as `ada`.
    pub handle: Option<String>,
    /// The name of the person.
    pub name: Option<String>,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("User")
    }
}

/// `None` when it tells no id.
pub(crate) fn user(body: &Value) -> Option<User> {
    Some(User { id: text(&body["user_id"])?, handle: text(&body["handle"]), name: text(&body["name"]) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn in_every_shape() {
        let known = user(&json!({"user_id": 42, "handle": "ada", "name": null, "more": []})).unwrap();
        assert_eq!((known.id.as_str(), known.handle.as_deref(), known.name), ("42", Some("ada"), None));
        assert_eq!(user(&json!({"user_id": "u-42"})).map(|user| user.id).as_deref(), Some("u-42"));
        for body in [json!({}), json!(null), json!([]), json!({"user_id": ""}), json!({"user_id": {}})] {
            assert!(user(&body).is_none(), "{body}");
        }
        assert_eq!(
            format!("{known:?}", known = user(&json!({"user_id": 42, "handle": "ada"})).unwrap()),
            "User"
        );
    }
}
