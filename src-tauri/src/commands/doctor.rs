//! The doctor: each check is told as it begins and ends.

use super::State;
use crate::events::{Check, DoctorView, ErrorCard};
use tauri::ipc::Channel;

#[tauri::command]
pub async fn run_doctor(app: State<'_>, progress: Channel<Check>) -> Result<DoctorView, ErrorCard> {
    Ok(app.doctor.run(|check| drop(progress.send(check))).await)
}

/// The one small request, which costs points.
#[tauri::command]
pub async fn run_paid_check(app: State<'_>, progress: Channel<Check>) -> Result<DoctorView, ErrorCard> {
    Ok(app.doctor.ask(|check| drop(progress.send(check))).await)
}

#[tauri::command]
pub async fn stop_doctor(app: State<'_>) -> Result<(), ErrorCard> {
    app.doctor.stop();
    Ok(())
}
