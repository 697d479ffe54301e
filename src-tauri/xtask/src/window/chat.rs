//! What a person does in this app's window again and again.

use std::path::Path;

use anyhow::Result;

use serde_json::json;

use super::{PATIENCE, Window, key};

impl Window<'_> {
    /// Types a question and sends it.
    pub fn ask(&self, question: &str) -> Result<()> {
        self.textbox("Message").fill(question)?;
        self.button("Send").click()
    }

    /// Chooses the model of the open chat from the list that Ctrl K opens.
    pub fn choose_model(&self, name: &str) -> Result<()> {
        self.press(&format!("{}k{}", key::CONTROL, key::RELEASE))?;
        self.pick_model(name)
    }

    /// Chooses from the list of models that is open.
    pub fn pick_model(&self, name: &str) -> Result<()> {
        let search = self.textbox("Search models");
        search.fill(name)?;
        self.page().css("[role=option]").shows(name)?;
        search.type_text(key::ENTER)
    }

    /// Answers the system's chooser that a press has opened, as a person would by choosing this file.
    pub fn choose_file(&self, file: &Path) -> Result<()> {
        let file = file.display().to_string();
        self.poll("a file is asked for", PATIENCE, || {
            let script = "return document.querySelector('input[type=file]')";
            let input = self.session.find(script, json!([]))?;
            input.map(|input| self.session.keys(&input, &file)).transpose()
        })
    }

    /// Opens a chat from the list.
    pub fn open_chat(&self, title: &str) -> Result<()> {
        self.page().css(&format!("[aria-label=Chats] a[title={title:?}]")).click()
    }
}
