//! Who connects: tokens, their provider, and what a refusal leads to.

suite! { "sign_in":
    initialize_socket_takes_a_token_and_is_idempotent
    no_token_is_auth_required_without_any_connection
    a_loss_is_told_once_however_often_nobody_turns_out_to_be_signed_in
    signing_out_is_at_once_while_there_is_no_connection_too
    the_provider_is_asked_before_every_attempt_and_told_why
    a_provider_that_fails_is_a_connection_error_with_its_reason_and_is_asked_again
    a_provider_that_never_answers_is_a_timeout
    a_refused_token_is_auth_required_and_no_further_attempt_until_a_new_one
    is_auth_error_decides_what_asks_for_a_new_token
    any_other_refusal_is_tried_again
    the_answer_of_a_provider_that_was_replaced_is_not_used
    an_auth_option_that_is_no_json_is_a_connection_error_and_harms_nothing
}
