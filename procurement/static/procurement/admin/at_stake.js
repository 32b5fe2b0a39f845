// what is at stake is asked for anew when another program or day is chosen
window.addEventListener("load", () => {
    // select2 tells its changes through jQuery only
    django.jQuery("#id_program").on("change", () => htmx.trigger("#at-stake", "chosen"));
    django.jQuery("#id_effective_on").on("change blur", () => htmx.trigger("#at-stake", "chosen"));
});
