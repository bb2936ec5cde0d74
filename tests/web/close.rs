//! What close leaves behind: nothing but the queue; and what the client says afterwards.

use gloo_storage::{LocalStorage, Storage as _};

suite! { "close":
    close_leaves_nothing_behind_whatever_the_state
    calls_after_close_throw_err_closed_and_reading_goes_on
    the_queue_is_kept
    a_token_that_comes_after_close_does_nothing
    an_acknowledgement_of_a_closed_client_is_not_sent_by_another
    acknowledgements_that_are_waited_for_fail
    acknowledgements_that_are_waited_for_fail_where_a_listener_closes
    acknowledgements_of_what_was_never_sent_fail_too
    closing_one_client_leaves_the_others_alone
    clients_can_be_opened_and_closed
    clients_can_be_opened_and_closed_by_the_hundred
}

#[wasm_bindgen_test::wasm_bindgen_test]
async fn closed_clients_leave_no_memory_and_no_references_behind() -> Result<(), wasm_bindgen::JsValue> {
    let run = async |test| js_sys::futures::JsFuture::from(super::run("close", test)).await;
    let keys = |storage: web_sys::Storage| storage.length();
    let measure = || {
        let kept = keys(LocalStorage::raw());
        (core::arch::wasm32::memory_size::<0>(), wasm_bindgen::externref_heap_live_count(), kept)
    };
    run("clients_can_be_opened_and_closed").await?;
    let before = measure();
    run("clients_can_be_opened_and_closed_by_the_hundred").await?;
    assert_eq!(measure(), before);
    Ok(())
}
