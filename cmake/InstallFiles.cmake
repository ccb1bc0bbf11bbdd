# What cmake --install puts where, besides the programs. For a system: --prefix /usr (the
# units name /usr/libexec/rfc2217). Nothing goes to /etc or /run: systemd-tmpfiles makes
# both from what is here.
set(RFC2217_DATA ${CMAKE_INSTALL_DATADIR}/rfc2217)
set(RFC2217_DOC ${CMAKE_INSTALL_DATADIR}/doc/rfc2217)

install(FILES systemd/rfc2217.target
              systemd/rfc2217-hotplug.service systemd/rfc2217-bridge.service
              systemd/rfc2217-logger.service systemd/rfc2217-portal.service
        DESTINATION lib/systemd/system)
install(FILES systemd/rfc2217.sysusers DESTINATION lib/sysusers.d RENAME rfc2217.conf)
install(FILES systemd/rfc2217.tmpfiles DESTINATION lib/tmpfiles.d RENAME rfc2217.conf)
install(FILES udev/99-rfc2217.rules DESTINATION lib/udev/rules.d)
install(DIRECTORY udev/examples DESTINATION ${RFC2217_DOC})
install(FILES man/rfc2217-learn-slots.1 man/rfc2217ctl.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES man/rfc2217-slots.json.5 man/rfc2217-settings.json.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES man/rfc2217-hotplugd.8 man/rfc2217-bridged.8 man/rfc2217-loggerd.8 man/rfc2217-portald.8
              man/rfc2217-udev-notify.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES completion/rfc2217ctl DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES completion/_rfc2217ctl DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES completion/rfc2217ctl.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES config/slots.json config/settings.json DESTINATION ${RFC2217_DATA})
install(FILES README.md LICENSE DESTINATION ${RFC2217_DOC})
install(DIRECTORY docs/ DESTINATION ${RFC2217_DOC} OPTIONAL)
install(DIRECTORY examples DESTINATION ${RFC2217_DOC} USE_SOURCE_PERMISSIONS PATTERN __pycache__ EXCLUDE)
