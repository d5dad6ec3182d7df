return await Designer.Web.Commands.DesignerCommand.RunAsync(args);
